"""What waits on the board: findings, cases and spot checks within reach."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, QuerySet

from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import people_with, scope_of
from voluncity.city.people.models import User
from voluncity.kernel.masks import mask_name
from voluncity.service.hours.models import ServiceRecord
from voluncity.service.integrity.models import Case, Finding, SpotCheck
from voluncity.service.integrity.states import RUNNING, FindingState, SpotState


@dataclass(frozen=True)
class Counts:
    """How much waits on each tab."""

    findings: int
    cases: int
    spots: int


def counts(user: User) -> Counts:
    """Return what waits for this person."""
    scope = scope_of(user, Permission.ANOMALY_SEE)
    return Counts(
        Finding.objects.in_scope(scope).filter(state=FindingState.OPEN).count(),
        Case.objects.in_scope(scope).filter(state__in=RUNNING).count(),
        SpotCheck.objects.in_scope(scope).filter(state=SpotState.OPEN).count(),
    )


def findings(user: User, *, state: str, rule: str) -> QuerySet[Finding]:
    """Return the findings within reach, newest first."""
    found = Finding.objects.in_scope(scope_of(user, Permission.ANOMALY_SEE))
    if state:
        found = found.filter(state=state)
    if rule:
        found = found.filter(rule=rule)
    return found.select_related("organization", "organizer", "volunteer").order_by(
        "-found_at", "-pk"
    )


def cases(user: User, *, state: str, mine: bool) -> QuerySet[Case]:
    """Return the cases within reach, newest first; an empty state means the running ones."""
    found = Case.objects.in_scope(scope_of(user, Permission.ANOMALY_SEE))
    found = found.filter(state=state) if state else found.filter(state__in=RUNNING)
    if mine:
        found = found.filter(assigned_to=user)
    ordered: QuerySet[Case] = (
        found.select_related("organization", "organizer", "volunteer", "assigned_to")
        .annotate(number=Count("findings"))
        .order_by("-opened_at", "-pk")
    )
    return ordered


def seen_spots(user: User, *, state: str) -> QuerySet[SpotCheck]:
    """Return the spot checks within reach."""
    found = SpotCheck.objects.in_scope(scope_of(user, Permission.ANOMALY_SEE))
    return (
        found.filter(state=state or SpotState.OPEN)
        .select_related(
            "draw", "record__organization", "record__volunteer", "record__signup__shift__activity"
        )
        .order_by("-pk")
    )


def evidence_of(one: Finding | Case) -> QuerySet[ServiceRecord]:
    """Return the records that a finding, or all findings of a case, rest on."""
    records = ServiceRecord.objects.select_related(
        "volunteer", "organization", "signup__shift__activity", "confirmed_by"
    )
    if isinstance(one, Finding):
        records = records.filter(evidence_of__finding=one)
    else:
        records = records.filter(evidence_of__finding__case=one)
    return records.order_by("served_on", "pk").distinct()


def able(case: Case) -> QuerySet[User]:
    """Return who could be given a case."""
    grants = people_with(
        Permission.ANOMALY_DECIDE,
        organization_path=case.organization.path,
        region_path=case.organization.region.path,
    )
    return User.objects.filter(pk__in=grants.values("user")).order_by("display_name", "pk")


def suspects(one: Finding | Case, *, masked: bool) -> str:
    """Return whom a finding or a case is about, as the desk reads it."""
    if one.organizer is not None:
        return f"{one.organizer.display_name}（{one.organization.name}）"
    if one.volunteer is not None:
        name = one.volunteer.name
        return mask_name(name) if masked else name
    return one.organization.name
