"""What the desk shows a person: what waits for them, and the figures of their area."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Min, Q, QuerySet, Sum

from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import Person, has, scope_of
from voluncity.city.access.scopes import Scope
from voluncity.city.orgs.models import JoinRequest, Organization
from voluncity.city.orgs.states import JoinState, OrgState
from voluncity.city.people.models import IdentityCheck, Volunteer
from voluncity.city.people.states import IdentityState
from voluncity.city.publicity.models import Objection
from voluncity.city.publicity.states import ObjectionState
from voluncity.city.regions.models import Level, Region
from voluncity.kernel.clock import local_date
from voluncity.service.hours.models import Correction, ServiceRecord
from voluncity.service.hours.states import CorrectionState, RecordState
from voluncity.service.projects.models import Activity, Project
from voluncity.service.projects.states import ActivityState, ProjectState

P = Permission


@dataclass(frozen=True)
class Waiting:
    """A pile of cases that wait for somebody, and for how many days the oldest has."""

    label: str
    count: int
    days: int
    url_name: str
    query: str = ""

    @property
    def tone(self) -> str:
        """Return how urgent the pile looks."""
        return "bad" if self.days >= 7 else "warn" if self.days >= 2 else "neutral"  # noqa: PLR2004


@dataclass(frozen=True)
class _Pile:
    label: str
    permission: Permission
    rows: Callable[[Scope], QuerySet[Any]]
    since: str
    url_name: str
    query: str = ""


def _volunteers(scope: Scope) -> QuerySet[Volunteer]:
    return Volunteer.objects.in_scope(scope).filter(closed_at=None)


def _identity(scope: Scope) -> QuerySet[IdentityCheck]:
    return IdentityCheck.objects.filter(decided_at=None, volunteer__in=_volunteers(scope))


def _objections(scope: Scope) -> QuerySet[Objection]:
    reach = Q(pk__in=[])
    for path in scope.regions:
        reach |= Q(notice__region__path__startswith=path)
    return Objection.objects.filter(reach, state=ObjectionState.OPEN)


PILES = (
    _Pile("实名审核", P.IDENTITY_REVIEW, _identity, "submitted_at", "people:desk_identity"),
    _Pile(
        "组织审核",
        P.ORG_REVIEW,
        lambda scope: Organization.objects.in_scope(scope).filter(state=OrgState.APPLIED),
        "applied_at",
        "orgs:desk_list",
        "?state=applied",
    ),
    _Pile(
        "入队申请",
        P.MEMBER_REVIEW,
        lambda scope: JoinRequest.objects.in_scope(scope).filter(state=JoinState.ASKED),
        "asked_at",
        "orgs:desk_requests",
    ),
    _Pile(
        "项目审核",
        P.PROJECT_REVIEW,
        lambda scope: Project.objects.in_scope(scope).filter(state=ProjectState.SUBMITTED),
        "submitted_at",
        "projects:desk_list",
        "?state=submitted",
    ),
    _Pile(
        "时长待确认",
        P.HOURS_CONFIRM,
        lambda scope: ServiceRecord.objects.in_scope(scope).filter(state=RecordState.COMPUTED),
        "computed_at",
        "hours:desk_list",
        "?queue=confirm",
    ),
    _Pile(
        "时长待复核",
        P.HOURS_APPROVE,
        lambda scope: ServiceRecord.objects.in_scope(scope).filter(state=RecordState.CONFIRMED),
        "confirmed_at",
        "hours:desk_list",
        "?queue=approve",
    ),
    _Pile(
        "更正申请",
        P.HOURS_CORRECT,
        lambda scope: Correction.objects.in_scope(scope).filter(state=CorrectionState.ASKED),
        "asked_at",
        "hours:desk_list",
        "?queue=corrections",
    ),
    _Pile("公示异议", P.NOTICE_MANAGE, _objections, "made_at", "publicity:desk_list"),
)


def waiting_for(user: Person, *, at: datetime) -> list[Waiting]:
    """Return the piles of cases that this person may decide, oldest first; empty ones left out."""
    piles = [_waiting(pile, user, at) for pile in PILES if has(user, pile.permission)]
    return sorted((pile for pile in piles if pile.count), key=lambda pile: -pile.days)


def _waiting(pile: _Pile, user: Person, at: datetime) -> Waiting:
    found = pile.rows(scope_of(user, pile.permission)).aggregate(
        count=Count("pk"), oldest=Min(pile.since)
    )
    days = (at - found["oldest"]).days if found["oldest"] else 0
    return Waiting(pile.label, found["count"], days, pile.url_name, pile.query)


def figures(user: Person, *, at: datetime) -> dict[str, Any] | None:
    """Return the figures of the person's area, counted now; None where they may not see any."""
    if not has(user, P.FIGURES_SEE):
        return None
    scope = scope_of(user, P.FIGURES_SEE)
    month_start = local_date(at).replace(day=1)
    hours = _hours_figures(scope, month_start)
    return {
        "people": _people_figures(scope),
        "projects": _project_figures(scope, at),
        "hours": hours,
        "total_hours": hours["total"] // 60,
        "month_hours": hours["month"] // 60,
        "proven_text": f"其中信用时长 {hours['proven'] * 100 // hours['total']}%"
        if hours["total"]
        else "",
        "counties": _hours_by_county(scope, month_start),
        "at": at,
    }


def _people_figures(scope: Scope) -> dict[str, int]:
    found = _volunteers(scope).aggregate(
        registered=Count("pk"),
        verified=Count("pk", filter=Q(identity_state=IdentityState.VERIFIED)),
    )
    active = ServiceRecord.objects.filter(
        volunteer__in=_volunteers(scope), state=RecordState.POSTED
    ).aggregate(active=Count("volunteer", distinct=True))
    return {**found, **active}


def _project_figures(scope: Scope, at: datetime) -> dict[str, int]:
    running = (ProjectState.PUBLISHED, ProjectState.RUNNING)
    return {
        "organizations": Organization.objects.in_scope(scope).filter(state=OrgState.ACTIVE).count(),
        "projects": Project.objects.in_scope(scope).filter(state__in=running).count(),
        "activities": Activity.objects.in_scope(scope)
        .filter(state=ActivityState.OPEN, ends_at__gt=at)
        .count(),
    }


def _posted(scope: Scope) -> QuerySet[ServiceRecord]:
    return ServiceRecord.objects.in_scope(scope).filter(state=RecordState.POSTED)


def _hours_figures(scope: Scope, month_start: date) -> dict[str, int]:
    found = _posted(scope).aggregate(
        total=Sum("minutes"),
        month=Sum("minutes", filter=Q(served_on__gte=month_start)),
        proven=Sum("minutes", filter=Q(trust="proven")),
    )
    overdue = ServiceRecord.objects.in_scope(scope).filter(
        state__in=[RecordState.COMPUTED, RecordState.CONFIRMED]
    )
    return {key: value or 0 for key, value in found.items()} | {"open": overdue.count()}


def _hours_by_county(scope: Scope, month_start: date) -> list[dict[str, Any]]:
    """Sum this month's hours by the county of the recording organization."""
    by_region = dict(
        _posted(scope)
        .filter(served_on__gte=month_start)
        .values_list("organization__region__path")
        .annotate(total=Sum("minutes"))
    )
    rows = []
    for county in Region.objects.filter(level=Level.COUNTY, valid_to=None):
        total = sum(value for path, value in by_region.items() if path.startswith(county.path))
        if total:
            rows.append({"label": county.name, "value": total // 60})
    rest = sum(by_region.values()) // 60 - sum(row["value"] for row in rows)
    if rest > 0:
        rows.append({"label": "市直", "value": rest})
    return sorted(rows, key=lambda row: -row["value"])
