"""What is known about all volunteers of a plan, read with a fixed number of questions."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from voluncity.city.orgs.models import Membership
from voluncity.city.orgs.states import OrgState
from voluncity.city.people import queries as people
from voluncity.city.people.models import Guardian, Volunteer
from voluncity.city.people.states import IdentityState
from voluncity.kernel.clock import day_bounds, local_date
from voluncity.service.projects.models import Project
from voluncity.service.projects.states import RECRUITING_STATES
from voluncity.service.rosters.models import Away, FreeSlot, Liking, Plan, Wish
from voluncity.service.signups import rules as signup_rules
from voluncity.service.signups.models import Signup
from voluncity.service.signups.states import HOLDING
from voluncity.service.training.models import TrainingRecord
from voluncity.service.training.queries import valid_until

LOOK_BACK = timedelta(days=28)
# What is no matter of the person: decided by the roster itself.
_OF_THE_TURN = frozenset({signup_rules.FULL, signup_rules.CLASH, signup_rules.ALREADY_IN})


@dataclass(frozen=True)
class Span:
    """A place that somebody holds: when, and whether it is a turn of this plan."""

    starts_at: datetime
    ends_at: datetime
    is_of_plan: bool
    shift_id: int


@dataclass(frozen=True)
class Facts:
    """Everything about the people of a plan that decides about a week."""

    wishes: list[Wish]
    free: dict[int, set[tuple[int, int]]]  # by wish: (slot, weekday)
    aways: dict[int, set[date]]
    likings: dict[int, dict[int, bool]]
    busy: dict[int, list[Span]]  # by volunteer
    load: Counter[int]
    may: Callable[[Volunteer, date], str]  # the sentence why not, or ''


def facts(plan: Plan, monday: date, *, at: datetime) -> Facts:
    """Return what is known for the week that begins on this Monday."""
    live = Wish.objects.filter(plan=plan, left_at=None, volunteer__closed_at=None)
    wishes = list(live.select_related("volunteer__region", "near").order_by("pk"))
    busy = _busy(plan, live, monday)
    first = day_bounds(monday)[0]
    load: Counter[int] = Counter()
    for volunteer_id, spans in busy.items():
        load[volunteer_id] = sum(
            one.is_of_plan and first - LOOK_BACK <= one.starts_at < first for one in spans
        )
    return Facts(
        wishes=wishes,
        free=_sets(FreeSlot.objects.filter(wish__in=live), "wish_id", "slot_id", "weekday"),
        aways={
            wish: {day for (day,) in days}
            for wish, days in _sets(Away.objects.filter(wish__in=live), "wish_id", "day").items()
        },
        likings={
            wish: dict(pairs)
            for wish, pairs in _sets(
                Liking.objects.filter(wish__in=live), "wish_id", "post_id", "is_liked"
            ).items()
        },
        busy=busy,
        load=load,
        may=conditions(plan.project, [wish.volunteer for wish in wishes], live, at=at),
    )


def _sets(found: QuerySet[Any], key: str, *names: str) -> dict[int, set[Any]]:
    grouped: dict[int, set[Any]] = defaultdict(set)
    for row in found.values_list(key, *names):
        grouped[row[0]].add(row[1:])
    return grouped


def _busy(plan: Plan, live: QuerySet[Wish], monday: date) -> dict[int, list[Span]]:
    """Return the places that people hold from four weeks before to a week after."""
    first, last = day_bounds(monday)[0], day_bounds(monday + timedelta(days=8))[1]
    held = Signup.objects.filter(
        state__in=HOLDING, volunteer__in=live.values("volunteer"),
        shift__starts_at__lt=last, shift__ends_at__gt=first - LOOK_BACK,
    )  # fmt: skip
    found: dict[int, list[Span]] = defaultdict(list)
    for volunteer_id, starts_at, ends_at, of_plan, shift_id in held.values_list(
        "volunteer_id", "shift__starts_at", "shift__ends_at",
        "shift__roster_turn__post__plan", "shift_id",
    ):  # fmt: skip
        found[volunteer_id].append(Span(starts_at, ends_at, of_plan == plan.pk, shift_id))
    return found


def conditions(
    project: Project, volunteers: Sequence[Volunteer], live: QuerySet[Wish], *, at: datetime
) -> Callable[[Volunteer, date], str]:
    """Return the question whether somebody meets the project's conditions on a day."""
    ids = live.values("volunteer")
    skills = list(project.skills.all())
    skilled = set(
        Volunteer.objects.filter(pk__in=ids, skills__in=skills).values_list("pk", flat=True)
        if skills
        else ()
    )
    guarded = set(
        Guardian.objects.filter(volunteer__in=ids, withdrawn_at=None).values_list(
            "volunteer_id", flat=True
        )
    )
    members = _members(project, ids)
    passed = _passed(project, ids)
    adult = people.adult_age(on=local_date(at))
    names = tuple(skill.name for skill in skills)

    def may(volunteer: Volunteer, day: date) -> str:
        age = people.age(volunteer, on=day)
        offer = _offer(project, names, day)
        applicant = signup_rules.Applicant(
            age=age,
            has_left=volunteer.closed_at is not None,
            is_verified=volunteer.identity_state == IdentityState.VERIFIED,
            has_guardian=age >= adult or volunteer.pk in guarded,
            is_member=volunteer.pk in members,
            has_passed=any(since <= day <= until for since, until in passed[volunteer.pk]),
            has_skill=volunteer.pk in skilled,
        )
        found = signup_rules.reasons(offer, applicant, at=min(at, offer.starts_at - timedelta(1)))
        told = signup_rules.told_of(found, "这位志愿者")
        return next((one.sentence for one in told if one.code not in _OF_THE_TURN), "")

    return may


def _offer(project: Project, skills: tuple[str, ...], day: date) -> signup_rules.Offer:
    starts_at, ends_at = day_bounds(day)
    return signup_rules.Offer(
        starts_at=starts_at, ends_at=ends_at, capacity=1, taken=0,
        is_open=project.state in RECRUITING_STATES
        and project.organization.state == OrgState.ACTIVE,
        is_cancelled=False, organization=project.organization.name,
        min_age=project.min_age, max_age=project.max_age, members_only=project.members_only,
        course=project.course.name if project.course else "", skills=skills,
    )  # fmt: skip


def _members(project: Project, ids: QuerySet[Any, Any]) -> set[int]:
    if not project.members_only:
        return set()
    found = Membership.objects.filter(
        volunteer__in=ids, left_at=None, organization__path__startswith=project.organization.path
    )
    return set(found.values_list("volunteer_id", flat=True))


def _passed(project: Project, ids: QuerySet[Any, Any]) -> dict[int, list[tuple[date, date]]]:
    """Return for each volunteer from when to when a training of the wanted course counts."""
    found: dict[int, list[tuple[date, date]]] = defaultdict(list)
    if project.course is None:
        return found
    records = TrainingRecord.objects.filter(
        Q(volunteer__in=ids) | Q(volunteer__merged_into__in=ids),
        course=project.course,
        revoked_at=None,
    )
    for own, merged, day in records.values_list(
        "volunteer_id", "volunteer__merged_into_id", "passed_on"
    ):
        until = valid_until(day, project.course.valid_months) or date.max
        found[merged or own].append((day, until))
    return found
