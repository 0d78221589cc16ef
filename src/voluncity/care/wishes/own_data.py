"""What this slice keeps about one volunteer, for the person to take along."""

from __future__ import annotations

from voluncity.care.wishes import queries
from voluncity.care.wishes.models import Wish
from voluncity.city.people.models import Volunteer
from voluncity.kernel.own_data import Cell, Section


def sections(volunteer: Volunteer) -> list[Section]:
    """Return what the person wished and claimed."""
    wished = Wish.objects.none() if volunteer.user is None else queries.own_wishes(volunteer.user)
    rows = tuple(
        (
            one.number,
            one.said_title,
            one.said_text,
            one.region.name,
            one.posted_at.isoformat(),
            one.get_state_display(),
        )
        for one in wished.order_by("pk")
    )
    columns = ("编号", "心愿", "说明", "社区", "提交时间", "状态")
    claimed = ("编号", "心愿", "认领时间", "承诺日期", "完成情况", "分钟", "状态")
    return [
        Section("wishes", "许过的心愿", columns, rows),
        Section("wish_claims", "认领的心愿", claimed, _claimed(volunteer)),
    ]


def _claimed(volunteer: Volunteer) -> tuple[tuple[Cell, ...], ...]:
    return tuple(
        (
            one.wish.number,
            one.wish.title,
            one.claimed_at.isoformat(),
            one.promised_on.isoformat(),
            one.done_text,
            one.wish.worth_minutes if one.state == "completed" else None,
            str(one.get_state_display()),
        )
        for one in queries.claims_of(volunteer).order_by("pk")
    )
