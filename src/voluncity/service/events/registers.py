"""The applications as a list of the desk: its columns, and how it is filtered."""

from __future__ import annotations

from datetime import date, datetime

from voluncity.city.access.permissions import Permission
from voluncity.city.access.scopes import Scope, ScopedQuerySet
from voluncity.city.people import queries as people
from voluncity.city.registers.rules import Column, Query, Register
from voluncity.kernel.clock import local_date
from voluncity.kernel.masks import mask_phone
from voluncity.kernel.text import number_in
from voluncity.service.events.models import Application, Event, Group
from voluncity.service.events.queries import desk
from voluncity.service.events.queries.desk import TASKS, Filters
from voluncity.service.events.states import TONES, ApplicationState


def filters_of(query: Query) -> Filters:
    """Return what a query asks for; what is not understood is left out."""
    said = dict(query)
    return Filters(
        event_id=number_in(said.get("event")) or 0,
        words=said.get("q", "").strip()[:30],
        state=said.get("state", ""),
        task=said.get("task", ""),
        group_id=number_in(said.get("group")) or 0,
        day=_day(said.get("day", "")),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _found(scope: Scope, query: Query, _at: datetime) -> ScopedQuerySet:
    found: ScopedQuerySet = desk.with_all(desk.applications(scope, filters_of(query)))  # type: ignore[assignment]
    return found


def _said(scope: Scope, query: Query, _at: datetime) -> list[tuple[str, str]]:
    filters = filters_of(query)
    event = Event.objects.in_scope(scope).filter(pk=filters.event_id).first()
    group = Group.objects.in_scope(scope).filter(pk=filters.group_id).first()
    words = [
        ("赛会", event.name if event else ""),
        ("姓名或编号", filters.words),
        ("状态", dict(ApplicationState.choices).get(filters.state, "")),
        ("需要处理的", dict(TASKS).get(filters.task, "")),
        ("组别", group.name if group else ""),
        ("能来的日子", filters.day.isoformat() if filters.day else ""),
    ]
    return [(label, str(value)) for label, value in words if value]


def _phone(one: Application) -> str:
    return people.phone_of(one.volunteer)


def _likes(one: Application) -> str:
    return "、".join(liking.group.name for liking in one.likings.all())


def _days(one: Application) -> str:
    return "、".join(f"{row.day.month}/{row.day.day}" for row in one.days.all())


def _posts(one: Application) -> str:
    held = getattr(one, "held", [])
    return "、".join(
        f"{row.post_day.day.month}/{row.post_day.day.day} {row.post_day.post.group.name}"
        f"·{row.post_day.post.name}"
        for row in held
    )


def _badge(one: Application) -> str:
    return "".join(badge.shown_number for badge in getattr(one, "live_badges", []))


def _score(one: Application) -> str:
    return "" if one.score is None else str(one.score)


APPLICATIONS = Register(
    key="events",
    title="赛会报名",
    unit="人",
    page="events:desk_applications",
    row_page="events:desk_application",
    permission=Permission.EVENT_EDIT,
    export_permission=Permission.EVENT_EDIT,
    columns=(
        Column("name", "姓名", lambda one: one.volunteer.name, width=12),
        Column("number", "编号", lambda one: one.volunteer.number, width=16, is_shown=False),
        Column("phone", "电话", lambda one: mask_phone(_phone(one)), full=_phone, width=14),
        Column("event", "赛会", lambda one: one.event.name, width=24, is_shown=False),
        Column("days", "能来的日子", _days, width=20),
        Column("likes", "想去的组", _likes, width=20),
        Column("score", "面试", _score, width=6),
        Column("posts", "岗位", _posts, width=36),
        Column("size", "尺码", lambda one: one.size, width=6, is_shown=False),
        Column("badge", "证号", _badge, width=10),
        Column(
            "applied", "报名日期", lambda one: local_date(one.applied_at).isoformat(), width=12,
            is_shown=False,
        ),
        Column(
            "state", "状态", lambda one: str(one.get_state_display()), width=14,
            tone=lambda one: TONES.get(one.state, "neutral"),
        ),
    ),
    found=_found,
    said=_said,
    volunteer_id=lambda one: one.volunteer_id,
    private=frozenset({"q"}),
)  # fmt: skip
