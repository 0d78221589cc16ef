"""The desk's list of stations, and what is not as it should be with them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)

from voluncity.city.access.scopes import Scope
from voluncity.city.regions.models import Region
from voluncity.city.stations.models import Finding, Inspection, OpeningSpan, Station
from voluncity.city.stations.queries.finding import WORDS_MOST, with_marks
from voluncity.city.stations.queries.inspections import year_start
from voluncity.city.stations.states import FindingState, InspectionKind
from voluncity.kernel.text import clean

# What the desk may ask for, in the order in which it is shown.
TASKS = (
    ("overdue", "整改逾期"),
    ("findings", "有待整改"),
    ("unvisited", "今年没检查"),
    ("no_hours", "没填开放时间"),
    ("no_point", "没标位置"),
    ("model", "示范站"),
)
STATES = (("open", "开放"), ("closed", "已关闭"))


@dataclass(frozen=True)
class DeskFilters:
    """What the desk looks for; empty means everything."""

    words: str = ""
    kind: str = ""
    state: str = ""
    task: str = ""
    region: Region | None = None


def desk_stations(scope: Scope, filters: DeskFilters, *, today: date) -> QuerySet[Any]:
    """Return the stations within reach that fit, open ones first."""
    found = _marked(Station.objects.in_scope(scope), today)
    found = found.select_related("region", "organization", "kind")
    return _narrowed(found, filters).order_by("is_closed", "name", "pk")


def _marked(found: QuerySet[Any], today: date) -> QuerySet[Any]:
    visits = Inspection.objects.filter(
        station=OuterRef("pk"), kind=InspectionKind.VISIT, submitted_at__isnull=False
    ).order_by("-submitted_at")
    open_ones = Finding.objects.filter(station=OuterRef("pk"), state=FindingState.OPEN)
    marked: QuerySet[Any] = with_marks(found).annotate(
        has_hours=Exists(OpeningSpan.objects.filter(station=OuterRef("pk"))),
        visited_at=Subquery(visits.values("submitted_at")[:1]),
        visit_score=Subquery(visits.values("score")[:1]),
        is_visited=Exists(visits.filter(submitted_at__gte=year_start(today))),
        has_findings=Exists(
            Finding.objects.filter(station=OuterRef("pk")).exclude(state=FindingState.CLOSED)
        ),
        is_overdue=Exists(open_ones.filter(due_on__lt=today)),
        overdue_since=Subquery(
            open_ones.values("station").annotate(first=Min("due_on")).values("first")
        ),
        is_closed=Case(
            When(closed_at=None, then=Value(False)),  # noqa: FBT003
            default=Value(True),  # noqa: FBT003
            output_field=BooleanField(),
        ),
    )
    return marked


def _narrowed(found: QuerySet[Any], filters: DeskFilters) -> QuerySet[Any]:
    if filters.kind:
        found = found.filter(kind=filters.kind)
    if filters.region is not None:
        found = found.filter(region__path__startswith=filters.region.path)
    for word in clean(filters.words)[:WORDS_MOST].split():
        found = found.filter(
            Q(name__icontains=word) | Q(address__icontains=word)
            | Q(organization__name__icontains=word)
        )  # fmt: skip
    if filters.state in dict(STATES):
        found = found.filter(is_closed=filters.state == "closed")
    return found.filter(_TASK[filters.task]) if filters.task in _TASK else found


_OPEN = Q(is_closed=False)
_TASK = {
    "overdue": _OPEN & Q(is_overdue=True),
    "findings": _OPEN & Q(has_findings=True),
    "unvisited": _OPEN & Q(is_visited=False),
    "no_hours": _OPEN & Q(has_hours=False),
    "no_point": _OPEN & (Q(lat=None) | Q(lng=None)),
    "model": _OPEN & Q(is_demonstration=True),
}


def counts(scope: Scope, *, today: date) -> dict[str, int]:
    """Return how many stations are within reach, and how many want something."""
    found = _marked(Station.objects.in_scope(scope), today)
    wanted = {key: Count("pk", filter=rule) for key, rule in _TASK.items()}
    counted: dict[str, int] = found.aggregate(
        all=Count("pk", filter=_OPEN), closed=Count("pk", filter=~_OPEN), **wanted
    )
    return counted
