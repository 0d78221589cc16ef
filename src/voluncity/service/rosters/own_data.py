"""What this slice keeps about one volunteer, for the person to take along."""

from __future__ import annotations

from voluncity.city.people import queries as people
from voluncity.city.people.models import Volunteer
from voluncity.kernel.clock import weekday_name
from voluncity.kernel.own_data import Section
from voluncity.service.rosters.models import Wish

_COLUMNS = (
    "排班方案", "离家最近的岗位", "每周最多", "能来的时间", "不能来的日子",
    "想去的岗位", "不去的岗位", "加入时间", "退出时间",
)  # fmt: skip


def sections(volunteer: Volunteer) -> list[Section]:
    """Return what the volunteer wished for in each plan."""
    mine = Wish.objects.filter(volunteer__in=people.records_of(volunteer)).select_related(
        "plan", "near"
    )
    found = mine.prefetch_related("free_slots__slot", "aways", "likings__post").order_by("pk")
    return [Section("rosters", "排班意愿", _COLUMNS, tuple(_row(wish) for wish in found))]


def _row(wish: Wish) -> tuple[str, ...]:
    likings = list(wish.likings.all())
    return (
        wish.plan.name,
        wish.near.name if wish.near else "",
        str(wish.max_per_week),
        "、".join(f"{weekday_name(one.weekday)}{one.slot.name}" for one in wish.free_slots.all()),
        "、".join(one.day.isoformat() for one in wish.aways.all()),
        "、".join(one.post.name for one in likings if one.is_liked),
        "、".join(one.post.name for one in likings if not one.is_liked),
        wish.joined_at.isoformat(),
        wish.left_at.isoformat() if wish.left_at else "",
    )
