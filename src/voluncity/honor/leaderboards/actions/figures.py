"""Count what areas and organizations have done, period by period."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from voluncity.honor.leaderboards import queries
from voluncity.honor.leaderboards.models import Count, Figure
from voluncity.honor.leaderboards.rules import periods_of
from voluncity.kernel.clock import local_date

AT_ONCE = 1_000


@transaction.atomic
def mark_stale(periods: Collection[str]) -> None:
    """Say that something changed in these periods since they were counted."""
    Count.objects.bulk_create((Count(period=one) for one in sorted(periods)), ignore_conflicts=True)
    Count.objects.filter(period__in=periods, is_stale=False).update(is_stale=True)


@transaction.atomic
def mark_all_stale() -> None:
    """Say that something changed that may concern any period, as when somebody moves."""
    Count.objects.filter(is_stale=False).update(is_stale=True)


def count_due(*, at: datetime) -> int:
    """Count every period that is stale or was last counted before today; return how many.

    Nothing is counted while the totals of people lag behind: that would be kept as true.
    """
    if not queries.totals_are_there():
        return 0
    today = local_date(at)
    known = set(Count.objects.values_list("period", flat=True))
    expected = {*periods_of(today), *(() if known else queries.periods_with_service())}
    if new := expected - known:
        mark_stale(new)
    due = queries.to_count(older_than=today)
    for period in due:
        count_period(period, at=at)
    return len(due)


@transaction.atomic
def count_period(period: str, *, at: datetime) -> None:
    """Count the figures of one period anew; what changes meanwhile makes them stale again."""
    Count.objects.filter(period=period).update(is_stale=False, counted_at=at)
    Figure.objects.filter(period=period).delete()
    figures = [*queries.counted_regions(period), *queries.counted_organizations(period)]
    Figure.objects.bulk_create(figures, batch_size=AT_ONCE)
