"""The city's table: every unit, or every community, with how many reported and served."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from voluncity.care.party.models import Pairing, ServiceFigures
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
        return max(self.reported - self.served, 0)  # who served may have ended the report since


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


def lines(rows: Sequence[Any], filters: TableFilters, *, is_kept: bool = False) -> list[Line]:
    """Return the lines of one page, by as many statements however many they are.

    `is_kept`: the service since that day is counted already (`counted_at`).
    """
    ids = [row.pk for row in rows]
    counts, service = _counts(ids, filters), (_kept if is_kept else _counted)(ids, filters)
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


def _kept(ids: list[int], filters: TableFilters) -> dict[int, tuple[int, int, int]]:
    """Return people who served, their minutes, and those at home, by unit or community."""
    kept = ServiceFigures.objects.filter(since=filters.since, **{f"{filters.by}__in": ids})
    sums = kept.order_by().values_list(filters.by)
    rows = sums.annotate(Sum("people"), Sum("minutes"), Sum("local_minutes"))
    return {pk: (people, total, at_home) for pk, people, total, at_home in rows}


def _counted(ids: list[int], filters: TableFilters) -> dict[int, tuple[int, int, int]]:
    """Return the same, counted now out of the records."""
    found: dict[int, tuple[int, int, int]] = {}
    for (unit, community), sums_of in service_of_all(filters.since, by=filters.by, ids=ids).items():
        pk = unit if filters.by == UNIT else community
        before = found.get(pk, (0, 0, 0))
        found[pk] = (before[0] + sums_of[0], before[1] + sums_of[1], before[2] + sums_of[2])
    return found


def counted_at(since: date) -> datetime | None:
    """Return when the service since a day was counted last; None where it is not kept."""
    kept = ServiceFigures.objects.filter(since=since)
    at: datetime | None = kept.values_list("counted_at", flat=True).first()
    return at


def service_of_all(
    since: date, *, by: str = "", ids: Collection[int] = ()
) -> dict[tuple[int, int], tuple[int, int, int]]:
    """Return (unit, community) → people who served, minutes, and those at home.

    A member has one live report, so that nobody is in two of them.
    """
    found: dict[tuple[int, int], tuple[int, int, int]] = {}
    for way in WAYS:
        reports = f"{way}__party_reports__"
        wanted = Q(**{f"{reports}{by}__in": ids}) if by else Q()
        rows = (
            served_since(since, way, wanted)
            .order_by()
            .values_list(f"{reports}unit", f"{reports}community")
            .annotate(
                people=Count(way, distinct=True, filter=not_counted_before(since, way)),
                total=Sum("minutes"),
                local=Sum("minutes", filter=local(way)),
            )
        )
        for unit, community, people, total, at_home in rows:
            before = found.get((unit, community), (0, 0, 0))
            found[unit, community] = (
                before[0] + people, before[1] + total, before[2] + (at_home or 0),
            )  # fmt: skip
    return found


def _partners(ids: list[int], filters: TableFilters) -> dict[int, list[str]]:
    other = COMMUNITY if filters.by == UNIT else UNIT
    pairings = Pairing.objects.filter(ends_on=None, **{f"{filters.by}__in": ids})
    found: dict[int, list[str]] = {}
    rows = pairings.order_by("starts_on", "pk").values_list(filters.by, f"{other}__name")
    for pk, name in rows:
        found.setdefault(pk, []).append(name)
    return found
