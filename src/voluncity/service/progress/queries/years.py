"""Yearly plans: who leads what, who owes a plan, what was done of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet, Sum

from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import Person, may, scope_of
from voluncity.city.access.scopes import Scope
from voluncity.city.orgs.models import Organization
from voluncity.service.progress.models import PlanCall, Progress, YearPlan
from voluncity.service.progress.states import WRITABLE_YEAR
from voluncity.service.projects.models import Leading, Line
from voluncity.service.projects.states import ProjectState


@dataclass(frozen=True)
class Owed:
    """A lead unit that has not handed in its plan of a year."""

    line: Line
    unit: Organization
    call: PlanCall
    is_late: bool


def leadings_of(user: Person) -> dict[int, int]:
    """Return which lines the units lead for which a person plans: line id → unit id."""
    units = Organization.objects.in_scope(_own(scope_of(user, Permission.PROJECT_EDIT)))
    live = Leading.objects.filter(until=None, organization__in=units).order_by("-pk")
    return dict(live.values_list("line", "organization"))


def _own(scope: Scope) -> Scope:
    return Scope(organizations=scope.organizations)


def lines_led(own: Mapping[int, int]) -> QuerySet[Line]:
    """Return the lines for which one may plan a year."""
    return Line.objects.open().filter(pk__in=list(own)).order_by("number")


def may_edit_year(user: Person, plan: YearPlan) -> bool:
    """Return whether somebody plans for the unit."""
    return may(user, Permission.PROJECT_EDIT, YearPlan.objects.all(), pk=plan.pk)


def may_review_year(user: Person, plan: YearPlan) -> bool:
    """Return whether somebody looks at yearly plans: an office, for the units in its region."""
    scope = Scope(regions=scope_of(user, Permission.PROJECT_REVIEW).regions)
    return YearPlan.objects.in_scope(scope).filter(pk=plan.pk).exists()


def owed_years(scope: Scope, calls: Iterable[PlanCall], *, today: date) -> list[Owed]:
    """Return who within a scope has not handed in what a call asks for, most urgent first."""
    units = Organization.objects.in_scope(scope).values("pk")
    live = list(
        Leading.objects.filter(until=None, line__until=None, organization__in=units)
        .select_related("line", "organization")
        .order_by("line__number", "pk")
    )
    found = []
    asked = [call for call in calls if call.year >= today.year]
    sent = set(
        YearPlan.objects.filter(year__in=[call.year for call in asked])
        .exclude(state__in=WRITABLE_YEAR)
        .values_list("line", "unit", "year")
    )
    for call in asked:
        found += [
            Owed(one.line, one.organization, call, call.due_on < today)
            for one in live
            if (one.line_id, one.organization_id, call.year) not in sent
        ]
    return found


def year_done(plan: YearPlan) -> tuple[int, int]:
    """Return how many projects and sessions of a line there are in the year below the unit."""
    rows = Progress.objects.filter(
        project__line=plan.line_id,
        project__organization__path__startswith=plan.unit.path,
        project__starts_on__lte=date(plan.year, 12, 31),
        project__ends_on__gte=date(plan.year, 1, 1),
    ).exclude(project__state=ProjectState.CANCELLED)
    found = rows.aggregate(n=Count("pk"), sessions=Sum("sessions", default=0))
    return found["n"], found["sessions"]
