"""What this slice keeps about one person: to take along, and what is unfinished."""

from __future__ import annotations

from django.urls import reverse

from voluncity.city.people.models import User, Volunteer
from voluncity.kernel.own_data import Hindrance, Section
from voluncity.service.pledges import queries
from voluncity.service.pledges.states import LIVE


def sections(volunteer: Volunteer) -> list[Section]:
    """Return what the person promised and what came of it."""
    rows = tuple(
        (
            one.number, one.need.project.name, one.need.name, one.amount_text,
            one.promised_on.isoformat(), one.contact_name, queries.phone_of(one), one.note,
            "是" if one.shows_name else "否", one.get_state_display(), one.delivered_text,
        )
        for one in queries.pledges_of(volunteer)
    )  # fmt: skip
    columns = (
        "编号", "项目", "需要什么", "认领数量", "承诺日期", "联系人", "联系电话", "留言",
        "公开名称", "状态", "收到数量",
    )  # fmt: skip
    return [Section("pledges", "认领认捐", columns, rows)]


def hindrances(_user: User | None, volunteer: Volunteer | None) -> list[Hindrance]:
    """Name the promises that are not kept or taken back yet."""
    if volunteer is None:
        return []
    number = queries.pledges_of(volunteer).filter(state__in=LIVE).count()
    if not number:
        return []
    sentence = f"您有 {number} 项认领还没有办完，请先交付或撤回。"
    return [Hindrance(sentence, reverse("pledges:mine"))]
