"""What this slice keeps about one volunteer, for the person to take along."""

from __future__ import annotations

from voluncity.city.people.models import Volunteer
from voluncity.kernel.own_data import Section
from voluncity.voice.showcase.models import Story


def sections(volunteer: Volunteer) -> list[Section]:
    """Return the stories about the person."""
    found = Story.objects.filter(volunteer=volunteer).select_related("article").order_by("pk")
    rows = tuple(
        (
            one.article.title,
            one.shown_name,
            str(one.article.get_state_display()),
            one.article.published_at.isoformat() if one.article.published_at else "",
            one.agreed_at.isoformat() if one.agreed_at else "",
            one.refused_at.isoformat() if one.refused_at else "",
        )
        for one in found
    )
    columns = ("标题", "公开称呼", "状态", "发布时间", "同意时间", "不同意时间")
    return [Section("stories", "写我的风采故事", columns, rows)]
