"""The city's table: every unit, or every community, with how many reported and served."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from voluncity.care.party.models import Pairing
from voluncity.care.party.queries.own import live_reports
from voluncity.care.party.queries.reach import communities_within, units_within
from voluncity.care.party.queries.service import WAYS, local, not_counted_before, served_since
from voluncity.care.party.states import ReportState
from voluncity.city.access.queries import Person
from voluncity.city.regions.models import Region
from voluncity.kernel.text import clean

UNIT, COMMUNITY = "unit", "community"


@dataclass(frozen=True)
class TableFilters:
    """What somebody looks for; empty parts ask nothing."""

    since: date
    by: str = UNIT
    words: str = ""
    county: Region | None = None


@dataclass(frozen=True)
class Line:
    """One line of the table; `partners` are the paired communities, or units."""

    pk: int
    name: str
    partners: tuple[str, ...]
    reported: int
    waiting: int
    served: int
    minutes: int
    local_minutes: int

    @property
    def idle(self) -> int:
        """Return how many reported and have not served since the day."""
        return self.reported - self.served


def table(viewer: Person, filters: TableFilters) -> QuerySet[Any]:
    """Return the units or communities of the table, those the viewer may see."""
    is_by_unit = filters.by == UNIT
    found: QuerySet[Any] = units_within(viewer) if is_by_unit else communities_within(viewer)
    for word in clean(filters.words)[:60].split():
        found = found.filter(name__icontains=word)
    if filters.county is not None:
        field = "region__path" if is_by_unit else "path"
        found = found.filter(**{f"{field}__startswith": filters.county.path})
    return found


def lines(rows: Sequence[Any], filters: TableFilters) -> list[Line]:
    """Return the lines of one page, by six statements however many they are."""
    ids = [row.pk for row in rows]
    counts, service = _counts(ids, filters), _service(ids, filters)
    partners = _partners(ids, filters)
    return [
        Line(
            row.pk,
            row.name,
            tuple(partners.get(row.pk, ())),
            *counts.get(row.pk, (0, 0)),
            *service.get(row.pk, (0, 0, 0)),
        )
        for row in rows
    ]


def _counts(ids: list[int], filters: TableFilters) -> dict[int, tuple[int, int]]:
    waiting = Count("pk", filter=Q(state=ReportState.REPORTED))
    found = live_reports().filter(**{f"{filters.by}__in": ids})
    rows = found.order_by().values_list(filters.by).annotate(reported=Count("pk"), waiting=waiting)
    return {pk: (reported, open_) for pk, reported, open_ in rows}


def _service(ids: list[int], filters: TableFilters) -> dict[int, tuple[int, int, int]]:
    """Return people who served, their minutes, and those at home, by unit or community."""
    found: dict[int, tuple[int, int, int]] = {}
    for way in WAYS:
        for pk, *more in _service_along(way, ids, filters):
            people, total, at_home = found.get(pk, (0, 0, 0))
            found[pk] = (people + more[0], total + more[1], at_home + (more[2] or 0))
    return found


def _service_along(way: str, ids: list[int], filters: TableFilters) -> QuerySet[Any, Any]:
    key = f"{way}__party_reports__{filters.by}"
    return (
        served_since(filters.since, way, Q(**{f"{key}__in": ids}))
        .order_by()
        .values_list(key)
        .annotate(
            people=Count(way, distinct=True, filter=not_counted_before(filters.since, way)),
            total=Sum("minutes"),
            local=Sum("minutes", filter=local(way)),
        )
    )


def _partners(ids: list[int], filters: TableFilters) -> dict[int, list[str]]:
    other = COMMUNITY if filters.by == UNIT else UNIT
    pairings = Pairing.objects.filter(ends_on=None, **{f"{filters.by}__in": ids})
    found: dict[int, list[str]] = {}
    rows = pairings.order_by("starts_on", "pk").values_list(filters.by, f"{other}__name")
    for pk, name in rows:
        found.setdefault(pk, []).append(name)
    return found
