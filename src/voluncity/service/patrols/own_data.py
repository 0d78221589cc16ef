"""What this slice keeps about one volunteer, for the person to take along."""

from __future__ import annotations

from voluncity.city.people.models import Volunteer
from voluncity.kernel.own_data import Section
from voluncity.service.patrols import queries


def sections(volunteer: Volunteer) -> list[Section]:
    """Return the problems that the person reported."""
    rows = tuple(
        (
            one.number,
            one.kind.name,
            one.region.name,
            one.place,
            one.note,
            one.reported_at.isoformat(),
            one.get_state_display(),
        )
        for one in queries.mine(volunteer).order_by("pk")
    )
    columns = ("编号", "类型", "区划", "地点", "说明", "反映时间", "状态")
    return [Section("patrols", "反映的巡防问题", columns, rows)]
