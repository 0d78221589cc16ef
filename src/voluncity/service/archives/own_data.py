"""What this slice keeps about one person, for the person to take along."""

from __future__ import annotations

from voluncity.city.people.models import Volunteer
from voluncity.kernel.own_data import Section
from voluncity.service.archives.models import HideRequest


def sections(volunteer: Volunteer) -> list[Section]:
    """Return what the person asked about photos."""
    found = HideRequest.objects.filter(asked_by=volunteer.user_id or 0).order_by("pk")
    rows = tuple(
        (
            one.photo.archive.activity.name,
            one.words,
            one.asked_at.isoformat(),
            one.get_state_display(),
            one.answer,
        )
        for one in found.select_related("photo__archive__activity")
    )
    columns = ("活动", "说明", "提出时间", "结果", "答复")
    return [Section("archives", "照片下架请求", columns, rows)]
