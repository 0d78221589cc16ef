"""How many trainings were held and how many came, counted from what was recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncMonth

from voluncity.city.access.scopes import Scope
from voluncity.kernel.clock import day_bounds
from voluncity.service.projects.states import ActivityState
from voluncity.service.teaching.models import Outcome, Session
from voluncity.service.training.models import TrainingRecord


@dataclass(frozen=True)
class Figures:
    """Sessions held, how many came (each once a session), and certificates."""

    label: str
    sessions: int
    people: int
    certificates: int


def figures(scope: Scope, *, year: int, at: datetime) -> list[Figures]:
    """Return the figures of a year's months in which there was anything, the newest first."""
    held, came, passed = _rows(scope, year=year, at=at)
    by_month = {
        "sessions": _by_month(held, "activity__starts_at"),
        "people": _by_month(came, "session__activity__starts_at"),
        "certificates": _by_month(passed, "passed_on"),
    }
    months = sorted({month for counted in by_month.values() for month in counted}, reverse=True)
    return [
        Figures(f"{month} 月", *(counted.get(month, 0) for counted in by_month.values()))
        for month in months
    ]


def figures_by_organization(scope: Scope, *, year: int, at: datetime) -> list[Figures]:
    """Return the figures of a year by organization, the busiest first."""
    held, came, passed = _rows(scope, year=year, at=at)
    columns = (
        _by_name(held, "activity__project__organization__name"),
        _by_name(came, "session__activity__project__organization__name"),
        _by_name(passed, "organization__name"),
    )
    names = {name for counted in columns for name in counted}
    rows = [Figures(name, *(counted.get(name, 0) for counted in columns)) for name in names]
    return sorted(rows, key=lambda one: (-one.people, -one.sessions, one.label))


def total(rows: Sequence[Figures]) -> Figures:
    """Return the sum of rows."""
    return Figures(
        "合计",
        sum(one.sessions for one in rows),
        sum(one.people for one in rows),
        sum(one.certificates for one in rows),
    )


def _rows(
    scope: Scope, *, year: int, at: datetime
) -> tuple[QuerySet[Session], QuerySet[Outcome], QuerySet[TrainingRecord]]:
    first, _ = day_bounds(date(year, 1, 1))
    after, _ = day_bounds(date(year + 1, 1, 1))
    within = {"activity__starts_at__gte": first, "activity__starts_at__lt": after}
    held = Session.objects.in_scope(scope).filter(
        **within, activity__state=ActivityState.OPEN, activity__ends_at__lte=at
    )
    came = Outcome.objects.in_scope(scope).filter(
        minutes__gt=0, **{f"session__{name}": value for name, value in within.items()}
    )
    passed = TrainingRecord.objects.in_scope(scope).filter(passed_on__year=year, revoked_at=None)
    return held, came, passed


def _by_month(rows: QuerySet[Any], field: str) -> dict[int, int]:
    counted = rows.order_by().annotate(month=TruncMonth(field)).values_list("month")
    return {month.month: n for month, n in counted.annotate(n=Count("pk"))}


def _by_name(rows: QuerySet[Any], field: str) -> dict[str, int]:
    return dict(rows.order_by().values_list(field).annotate(n=Count("pk")))
