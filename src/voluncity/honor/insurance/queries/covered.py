"""Who is insured on a day, and by what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Max, Q, QuerySet

from voluncity.city.access.scopes import Scope
from voluncity.city.orgs.models import Membership
from voluncity.city.people import queries as people
from voluncity.city.people.models import User, Volunteer
from voluncity.city.regions.models import Region
from voluncity.honor.insurance.models import ActivityCover, Enrollment, Insured, Policy
from voluncity.honor.insurance.states import Answer, Covers, EnrollmentState, PolicyState
from voluncity.honor.recognition.models import StarAward
from voluncity.kernel.clock import day_bounds, local_date
from voluncity.service.projects.states import HELD_STATES
from voluncity.service.signups.models import Signup
from voluncity.service.signups.states import SignupState

FOUND_MOST = 30


@dataclass(frozen=True)
class CoveredBy:
    """One policy that covers somebody, why, and on which days (both included)."""

    policy: Policy
    why: str
    since: date
    until: date


def covers_of(volunteer: Volunteer, *, on: date) -> list[CoveredBy]:
    """Return what covers a person on a day, also what was written to merged records."""
    ids = people.records_of(volunteer)
    return covered_by({volunteer.pk: ids}, on=on).get(volunteer.pk, [])


def covered_by(records: Mapping[int, Collection[int]], *, on: date) -> dict[int, list[CoveredBy]]:
    """Return what covers each of these people on a day; `records` names all records of each.

    Four questions for any number of people.
    """
    whose = {pk: person for person, ids in records.items() for pk in ids}
    found: dict[int, list[CoveredBy]] = defaultdict(list)
    for volunteer_id, one in (*_listed(whose, on), *_joining(whose, on), *_members(whose, on)):
        known = found[whose[volunteer_id]]
        if one not in known:
            known.append(one)
    return dict(found)


def _listed(ids: Iterable[int], on: date) -> list[tuple[int, CoveredBy]]:
    """Return who stands on a list that the insurer has accepted, or on a frozen roster."""
    rows = (
        Insured.objects.counted()
        .filter(volunteer__in=ids, policy__in=Policy.objects.holding(on))
        .select_related("policy", "enrollment", "cover__activity")
    )
    return [
        (row.volunteer_id, covered)
        for row in rows
        for covered in [_by_row(row)]
        if covered.since <= on <= covered.until
        and (row.enrollment is None or row.enrollment.state == EnrollmentState.COVERED)
    ]


def _by_row(row: Insured) -> CoveredBy:
    policy = row.policy
    if row.cover is None:
        stars = f"{row.stars} 星志愿者" if row.stars else "由文明办加入"
        return CoveredBy(policy, f"年度投保名单（{stars}）", policy.from_on, policy.until_on)
    return _by_activity(policy, row.cover)


def _by_activity(policy: Policy, cover: ActivityCover) -> CoveredBy:
    activity = cover.activity
    first, last = local_date(activity.starts_at), local_date(activity.ends_at)
    return CoveredBy(policy, f"参加“{activity.name}”", first, last)


def _joining(ids: Iterable[int], on: date) -> list[tuple[int, CoveredBy]]:
    """Return who has a place today in an activity with cover: insured since the sign-up."""
    begins, ends = day_bounds(on)
    placed = Signup.objects.filter(
        volunteer__in=ids,
        state=SignupState.PLACED,
        shift__starts_at__lt=ends,
        shift__ends_at__gte=begins,
        shift__activity__state__in=HELD_STATES,
        shift__activity__cover__policy__in=Policy.objects.holding(on),
    ).select_related("shift__activity__cover__policy")
    return [
        (row.volunteer_id, _by_activity(cover.policy, cover))
        for row in placed
        for cover in [row.shift.activity.cover]
    ]


def _members(ids: Iterable[int], on: date) -> list[tuple[int, CoveredBy]]:
    """Return who belongs to an organization whose members are insured, or to one below it."""
    policies = list(
        Policy.objects.holding(on)
        .filter(covers=Covers.MEMBERS)
        .select_related("organization")
        .order_by("pk")
    )
    if not policies:
        return []
    belong = Membership.objects.filter(volunteer__in=ids, left_at=None)
    rows = list(belong.values_list("volunteer", "organization__path"))
    return [
        (volunteer_id, _by_membership(policy))
        for volunteer_id, path in rows
        for policy in policies
        if policy.organization and path.startswith(policy.organization.path)
    ]


def _by_membership(policy: Policy) -> CoveredBy:
    why = f"“{policy.organization}”的成员"
    return CoveredBy(policy, why, policy.from_on, policy.until_on)


def people_found(scope: Scope, words: str) -> list[Volunteer]:
    """Return the volunteers within reach whose number or name was typed, a few of them.

    An organization reaches its members.
    """
    if not words:
        return []
    near = Q(pk__in=[])
    for path in scope.regions:
        near |= Q(region__path__startswith=path)
    if scope.organizations:
        theirs = Membership.objects.in_scope(scope).filter(left_at=None)
        near |= Q(pk__in=theirs.values("volunteer"))
    found = Volunteer.objects.filter(near, closed_at=None)
    found = found.filter(Q(number=words) | Q(name=words)).select_related("region")
    return list(found.order_by("pk")[:FOUND_MOST])


def candidates(region: Region, *, stars_least: int) -> dict[int, int]:
    """Return volunteer → stars of everybody in a region with so many stars or more."""
    rows = (
        StarAward.objects.filter(
            withdrawn_at=None,
            stars__gte=stars_least,
            volunteer__closed_at=None,
            volunteer__region__path__startswith=region.path,
        )
        .values_list("volunteer")
        .annotate(most=Max("stars"))
    )
    return dict(rows.order_by("-most", "volunteer"))


def asked_of(volunteer: Volunteer) -> QuerySet[Insured]:
    """Return the running lists on which somebody stands, to be answered or just known."""
    return _asked(people.records_of(volunteer))


def asked_for(user: User, *, on: date) -> QuerySet[Insured]:
    """Return the running lists on which somebody stands, or a child whose guardian they are."""
    return _asked(people.records_for(user, on=on))


def _asked(records: Collection[int]) -> QuerySet[Insured]:
    running = Enrollment.objects.exclude(
        state__in=[EnrollmentState.CANCELLED, EnrollmentState.OPEN]
    )
    mine = Insured.objects.filter(
        volunteer__in=records, enrollment__in=running, is_left_out=False
    ).exclude(policy__state=PolicyState.CANCELLED)
    return mine.select_related("policy", "enrollment", "volunteer").order_by("-pk")


def is_open_question(row: Insured) -> bool:
    """Return whether the person may still say yes or no: the insurer does not have the list."""
    enrollment = row.enrollment
    if enrollment is None or row.is_left_out:
        return False
    return enrollment.state == EnrollmentState.CONFIRMED and row.answer in Answer.values
