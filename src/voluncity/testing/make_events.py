"""Large events for tests: two days in March 2030, a group, posts, people in every state."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from secrets import token_hex
from typing import Any

from voluncity.city.access.permissions import Role
from voluncity.city.catalog.models import Skill
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User, Volunteer
from voluncity.service.events.actions import badges, day, placing, things
from voluncity.service.events.actions.layout import lay_out
from voluncity.service.events.codes import badge_token
from voluncity.service.events.models import (
    Application,
    AppliedDay,
    Event,
    Group,
    Item,
    Liking,
    Post,
    PostDay,
    Stock,
)
from voluncity.service.events.states import (
    ApplicationState,
    EventState,
    ItemKind,
)
from voluncity.service.projects.models import Project
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import NOON, make_user, make_volunteer
from voluncity.testing.make_projects import make_project

FIRST, SECOND = date(2030, 3, 9), date(2030, 3, 10)
DAYS = (FIRST, SECOND)
_count = itertools.count(1)


def make_event(
    name: str = "汾河马拉松",
    *,
    project: Project | None = None,
    leader: User | None = None,
    at: datetime = NOON,
    **fields: Any,
) -> Event:
    """Return a public event whose window is open; its leader may do everything for it."""
    project = project or make_project("赛会服务", organization=make_organization())
    if leader is None:
        leader = make_user("赛会负责人")
        give(leader, Role.ORG_ADMIN, project.organization)
    given: dict[str, Any] = {
        "starts_on": FIRST, "ends_on": SECOND, "state": EventState.OPEN,
        "apply_from": at - timedelta(days=30), "apply_until": at + timedelta(days=365),
        "place": "滨河东路", "intro": "一年一度的马拉松", "risk_notice": "久站、天冷，请保暖。",
    }  # fmt: skip
    return Event.objects.create(
        project=project, name=name, region=project.organization.region, leader=leader,
        created_at=at, created_by=leader, **(given | fields),
    )  # fmt: skip


def make_group(event: Event, name: str = "赛道组", *, leader: User | None = None) -> Group:
    """Return a group of an event."""
    return Group.objects.create(event=event, name=name, leader=leader)


def make_post(
    group: Group,
    name: str = "",
    *,
    wanted: int = 2,
    days: Iterable[date] = DAYS,
    skills: Iterable[Skill] = (),
    at: datetime = NOON,
    **fields: Any,
) -> Post:
    """Return a post with a morning on each day; of a public event with its shifts."""
    post = Post.objects.create(
        group=group, name=name or f"{next(_count)} 号补给点", place="迎泽桥东", **fields
    )
    post.skills.set(skills)
    for one in days:
        PostDay.objects.create(post=post, day=one, begins=time(7), ends=time(12), wanted=wanted)
    if group.event.state == EventState.OPEN:
        lay_out(group.event, post, by=group.event.leader, at=at)
    return post


def make_application(
    event: Event,
    volunteer: Volunteer | None = None,
    *,
    state: str = ApplicationState.CONFIRMED,
    days: Iterable[date] = DAYS,
    likes: Iterable[Group] = (),
    at: datetime = NOON,
    **fields: Any,
) -> Application:
    """Return an application in a state, with what the state needs."""
    needed: dict[str, dict[str, Any]] = {
        ApplicationState.INTERVIEW: {
            "interview_at": at + timedelta(days=2), "interview_place": "体育中心",
        },
        ApplicationState.SELECTED: {"reply_by": at + timedelta(days=3)},
        ApplicationState.REJECTED: {"reason": "名额有限"},
        ApplicationState.DECLINED: {"reason": "没有在期限内确认"},
        ApplicationState.WITHDRAWN: {"reason": "要出差"},
    }  # fmt: skip
    volunteer = volunteer or make_volunteer(f"志愿者{'甲乙丙丁戊己庚辛'[next(_count) % 8]}")
    application = Application.objects.create(
        event=event, volunteer=volunteer, key=token_hex(16), state=state, risks_read_at=at,
        applied_at=at, applied_by=volunteer.user or event.leader,
        **(needed.get(state, {}) | fields),
    )  # fmt: skip
    AppliedDay.objects.bulk_create(AppliedDay(application=application, day=one) for one in days)
    Liking.objects.bulk_create(
        Liking(application=application, group=group, rank=rank)
        for rank, group in enumerate(likes, start=1)
    )
    return application


def make_item(
    event: Event, name: str = "午餐", *, kind: str = ItemKind.MEAL, pieces: int = 5, **fields: Any
) -> Item:
    """Return a thing to hand out: a meal of the first day, or a thing without sizes."""
    given: dict[str, Any] = {"day": FIRST if kind == ItemKind.MEAL else None}
    item = Item.objects.create(event=event, kind=kind, name=name, **(given | fields))
    Stock.objects.create(item=item, pieces=pieces)
    return item


def make_world_event(
    organization: Organization, volunteer: Volunteer, *, at: datetime
) -> dict[str, Any]:
    """Return the ids of an event with one of everything in it, for the two halves of the world."""
    leader = make_user("赛会负责人")
    give(leader, Role.ORG_ADMIN, organization)
    event = make_event(
        "城区马拉松", project=make_project("赛会", organization=organization), leader=leader, at=at
    )
    group = make_group(event, leader=leader)
    post = make_post(group, "终点服务", at=at)
    application = make_application(event, volunteer, likes=[group], at=at)
    row = post.days.get(day=FIRST)
    placed = placing.assign(application_id=application.pk, day_id=row.pk, by=leader, at=at)
    badge = badges.issue_badge(application_id=application.pk, by=leader, at=at)
    radio = make_item(event, "对讲机", kind=ItemKind.EQUIPMENT, is_returned=True)
    lent = things.hand_out(item_id=radio.pk, application_id=application.pk, by=leader, at=at)
    incident = day.note_incident(
        event_id=event.pk, place="终点", what="有人扭伤", handler="医疗组", by=leader, at=at
    )
    return {
        "event": event.pk, "event_group": group.pk, "event_post": post.pk, "event_day": row.pk,
        "event_application": application.pk, "event_assignment": placed.pk,
        "event_badge": badge.pk, "event_badge_token": badge_token(badge.pk),
        "event_item": radio.pk, "event_handout": lent.pk, "incident": incident.pk,
    }  # fmt: skip
