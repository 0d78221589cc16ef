"""What this slice keeps about one volunteer, for the person to take along."""

from __future__ import annotations

from voluncity.city.people import queries as people
from voluncity.city.people.models import User, Volunteer
from voluncity.kernel.own_data import Hindrance, Section
from voluncity.service.events.models import Application
from voluncity.service.events.queries.public import diet_of
from voluncity.service.events.states import ApplicationState
from voluncity.service.signups.states import SignupState

_COLUMNS = (
    "赛会", "报名时间", "状态", "说明", "能来的日子", "想去的组", "衣服尺码", "饮食说明", "经历",
    "面试时间", "到场面试", "面试评分", "面试评语", "岗位", "证号", "领取的物品",
)  # fmt: skip


def sections(volunteer: Volunteer) -> list[Section]:
    """Return the person's applications with all that was said and decided."""
    mine = Application.objects.filter(volunteer__in=people.records_of(volunteer))
    found = mine.select_related("event").order_by("pk")
    return [Section("events", "赛会报名", _COLUMNS, tuple(_row(one) for one in found))]


def _row(one: Application) -> tuple[str | int | bool | None, ...]:
    held = one.assignments.filter(signup__state=SignupState.PLACED).select_related("post_day__post")
    return (
        one.event.name,
        one.applied_at.isoformat(),
        one.get_state_display(),
        one.reason,
        "、".join(day.day.isoformat() for day in one.days.all()),
        "、".join(liking.group.name for liking in one.likings.select_related("group")),
        one.size,
        diet_of(one),
        one.experience,
        one.interview_at.isoformat() if one.interview_at else "",
        one.has_come,
        one.score,
        one.remark,
        "、".join(f"{row.post_day.day.isoformat()} {row.post_day.post.name}" for row in held),
        "、".join(badge.shown_number for badge in one.badges.order_by("pk")),
        "、".join(out.item.name for out in one.handouts.select_related("item")),
    )


def hindrances(_user: User | None, volunteer: Volunteer | None) -> list[Hindrance]:
    """Say that something that was lent has not come back."""
    if volunteer is None:
        return []
    lent = Application.objects.filter(
        volunteer__in=people.records_of(volunteer),
        handouts__item__is_returned=True,
        handouts__returned_at=None,
        state=ApplicationState.CONFIRMED,
    ).select_related("event")
    return [
        Hindrance(f"“{one.event.name}”借用的器材还没有归还，请先归还给组织者。")
        for one in lent.distinct()
    ]
