"""The figures of an area: kept by the worker, or counted now where none are kept yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import Sum

from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import Person, has, scope_of
from voluncity.city.access.scopes import Scope
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.states import OrgState
from voluncity.city.regions.models import Level, Region
from voluncity.doors.portal.models import FiguresRun, OrganizationFigures, RegionFigures
from voluncity.doors.portal.queries import counting
from voluncity.kernel.clock import local_date
from voluncity.service.projects.models import Project
from voluncity.service.projects.states import ProjectState


@dataclass(frozen=True)
class Figures:
    """People, hours and open activities of an area, and when they were counted."""

    registered: int
    verified: int
    active: int
    minutes: int
    proven_minutes: int
    month_minutes: int
    unfinished: int
    open_activities: int
    at: datetime


# Minutes by the tree path of the recording organization's region.
Places = Mapping[str, int]
PEOPLE = ("registered", "verified", "active")
WORK = ("minutes", "proven_minutes", "month_minutes", "unfinished", "open_activities")


def of_city() -> Figures | None:
    """Return the kept figures of the whole city; None while none are kept."""
    run = FiguresRun.objects.first()
    if run is None:
        return None
    people = RegionFigures.objects.aggregate(**_sums(PEOPLE))
    hours = OrganizationFigures.objects.aggregate(**_sums(WORK))
    return Figures(**_numbers(people), **_numbers(hours), at=run.counted_at)


def of_person(user: Person, *, at: datetime) -> dict[str, Any] | None:
    """Return the figures of the person's area; None where they may not see any."""
    if not has(user, Permission.FIGURES_SEE):
        return None
    scope, month = scope_of(user, Permission.FIGURES_SEE), local_date(at).replace(day=1)
    run = FiguresRun.objects.first()
    figures, places = _kept(scope, month, run) if run else _counted(scope, month, at)
    return {
        "people": figures,
        "projects": _project_figures(scope),
        "hours": figures,
        "total_hours": figures.minutes // 60,
        "month_hours": figures.month_minutes // 60,
        "proven_text": _share(figures),
        "counties": _by_county(places) if places else [],
        "at": figures.at,
    }


def _kept(scope: Scope, month: date, run: FiguresRun) -> tuple[Figures, Places]:
    people = RegionFigures.objects.in_scope(scope).aggregate(**_sums(PEOPLE))
    hours = OrganizationFigures.objects.in_scope(scope)
    figures = Figures(
        **_numbers(people), **_numbers(hours.aggregate(**_sums(WORK))), at=run.counted_at
    )
    if run.month != month:  # a new month, of which nothing was counted yet
        return replace(figures, month_minutes=0), {}
    places = (
        hours.filter(month_minutes__gt=0)
        .values_list("organization__region__path")
        .annotate(total=Sum("month_minutes"))
    )
    return figures, dict(places)


def _counted(scope: Scope, month: date, at: datetime) -> tuple[Figures, Places]:
    people = counting.people_by_region(scope)
    work = counting.by_organization(month=month, at=at, scope=scope)
    paths = dict(
        Organization.objects.filter(
            pk__in=[row.organization_id for row in work if row.month_minutes]
        ).values_list("pk", "region__path")
    )
    places: Counter[str] = Counter()
    for row in work:
        if row.month_minutes:
            places[paths[row.organization_id]] += row.month_minutes
    return Figures(**_added(people, PEOPLE), **_added(work, WORK), at=at), places


def _sums(names: Iterable[str]) -> dict[str, Sum]:
    return {name: Sum(name) for name in names}


def _numbers(found: Mapping[str, int | None]) -> dict[str, int]:
    return {name: value or 0 for name, value in found.items()}


def _added(rows: Sequence[Any], names: Iterable[str]) -> dict[str, int]:
    return {name: sum(getattr(row, name) for row in rows) for name in names}


def _share(figures: Figures) -> str:
    if not figures.minutes:
        return ""
    return f"其中信用时长 {figures.proven_minutes * 100 // figures.minutes}%"


def _project_figures(scope: Scope) -> dict[str, int]:
    """Count what a city has few of, as it is now."""
    running = (ProjectState.PUBLISHED, ProjectState.RUNNING)
    return {
        "organizations": Organization.objects.in_scope(scope).filter(state=OrgState.ACTIVE).count(),
        "projects": Project.objects.in_scope(scope).filter(state__in=running).count(),
    }


def _by_county(places: Places) -> list[dict[str, Any]]:
    """Add up minutes by county, as hours; what lies in none is the city's own."""
    rows: list[dict[str, Any]] = []
    for county in Region.objects.filter(level=Level.COUNTY, valid_to=None):
        total = sum(value for path, value in places.items() if path.startswith(county.path))
        if total:
            rows.append({"label": county.name, "value": total // 60})
    rest = sum(places.values()) // 60 - sum(row["value"] for row in rows)
    if rest > 0:
        rows.append({"label": "市直", "value": rest})
    return sorted(rows, key=lambda row: -row["value"])
