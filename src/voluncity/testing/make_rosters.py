"""Plans, posts, times, turns and wishes for tests; the first week is that of 4 March 2030."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from voluncity.city.people.models import User, Volunteer
from voluncity.service.projects.models import Project
from voluncity.service.rosters.models import (
    FreeSlot,
    Need,
    Pair,
    Plan,
    Post,
    Run,
    Slot,
    Turn,
    Wish,
)
from voluncity.service.rosters.rules.recurrence import EVERY_DAY, span
from voluncity.service.rosters.states import Days, PlanState, RunState
from voluncity.testing.make_people import NOON, make_user, make_volunteer
from voluncity.testing.make_projects import make_activity, make_project, make_shift

MONDAY = date(2030, 3, 4)
_count = itertools.count(1)


def make_plan(
    name: str = "文明交通",
    *,
    project: Project | None = None,
    leader: User | None = None,
    **fields: Any,
) -> Plan:
    """Return a plan that is used."""
    project = project or make_project()
    return Plan.objects.create(
        project=project,
        name=name,
        leader=leader or make_user("李强"),
        region=project.organization.region,
        created_at=NOON,
        created_by=project.created_by,
        **({"state": PlanState.ACTIVE} | fields),
    )


def make_post(plan: Plan, name: str = "", **fields: Any) -> Post:
    """Return a post of a plan."""
    name = name or f"建设路第 {next(_count)} 路口"
    return Post.objects.create(plan=plan, name=name, **({"address": f"{name}东南角"} | fields))


def make_slot(plan: Plan, name: str = "早高峰", begins: time = time(7, 30), **fields: Any) -> Slot:
    """Return a time of a plan, on each working day."""
    given: dict[str, Any] = {
        "minutes": 60, "rule": EVERY_DAY, "days": Days.WORKDAYS, "since": date(2026, 1, 1),
    }  # fmt: skip
    return Slot.objects.create(plan=plan, name=name, begins=begins, **(given | fields))


def make_turn(post: Post, slot: Slot, day: date = MONDAY, *, capacity: int | None = None) -> Turn:
    """Return a turn with a shift of its own activity, without asking the rules."""
    starts_at, ends_at = span(day, slot.begins, slot.minutes)
    need = Need.objects.filter(post=post, slot=slot).first()
    places = capacity or (need.places if need else post.places)
    activity = make_activity(
        f"{post.plan.name} · {post.name}", project=post.plan.project, leader=post.plan.leader,
        starts_at=starts_at, ends_at=ends_at, address=post.address,
    )  # fmt: skip
    shift = make_shift(
        activity=activity, name=f"{post.name} {slot.name}", starts_at=starts_at, ends_at=ends_at,
        capacity=places,
    )  # fmt: skip
    return Turn.objects.create(post=post, slot=slot, day=day, shift=shift)


def make_wish(
    plan: Plan,
    volunteer: Volunteer | None = None,
    *,
    times: Iterable[tuple[Slot, int]] = (),
    joined_at: datetime = NOON,
    **fields: Any,
) -> Wish:
    """Return the wish of a volunteer; without times at every time from Monday to Friday."""
    wish = Wish.objects.create(
        plan=plan, volunteer=volunteer or make_volunteer(), risks_read_at=NOON,
        joined_at=joined_at, **fields,
    )  # fmt: skip
    free = list(times) or [(slot, day) for slot in plan.slots.all() for day in range(5)]
    FreeSlot.objects.bulk_create(FreeSlot(wish=wish, slot=slot, weekday=day) for slot, day in free)
    return wish


def make_pair(plan: Plan, one: Volunteer, other: Volunteer) -> Pair:
    """Return that two people are kept apart."""
    first, second = sorted((one, other), key=lambda volunteer: volunteer.pk)
    return Pair.objects.create(plan=plan, one=first, other=second)


def make_run(plan: Plan, *, state: str = RunState.SOLVED) -> Run:
    """Return an empty draft of the first week."""
    return Run.objects.create(
        plan=plan, first_day=MONDAY, last_day=MONDAY + timedelta(days=6), state=state,
        touched_at=NOON, made_at=NOON, made_by=plan.leader, weeks=1,
    )  # fmt: skip
