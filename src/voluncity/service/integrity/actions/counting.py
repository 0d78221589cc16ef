"""Count what the public is told, so that a page never adds up millions of records."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Count, Q, Sum

from voluncity.city.policy import queries as policy
from voluncity.kernel.clock import local_date
from voluncity.service.hours.models import ServiceRecord
from voluncity.service.hours.states import RecordState, Trust
from voluncity.service.integrity.models import TrustFigures


@transaction.atomic
def count_figures(*, at: datetime) -> int:
    """Count the proven share of each organization anew; return how many there are."""
    today = local_date(at)
    since = _months_before(today, policy.number("integrity.figures_months", on=today))
    posted = Q(state=RecordState.POSTED)
    rows = (
        ServiceRecord.objects.filter(
            served_on__gte=since, state__in=[RecordState.POSTED, RecordState.REVERSED]
        )
        .order_by()
        .values("organization_id")
        .annotate(
            proven=Sum("minutes", filter=posted & Q(trust=Trust.PROVEN), default=0),
            entered=Sum("minutes", filter=posted & Q(trust=Trust.ENTERED), default=0),
            taken_back=Count("pk", filter=Q(state=RecordState.REVERSED)),
        )
    )
    figures = [
        TrustFigures(
            organization_id=row["organization_id"], proven_minutes=row["proven"],
            entered_minutes=row["entered"], reversed_records=row["taken_back"], since=since,
            counted_at=at,
        )
        for row in rows
    ]  # fmt: skip
    TrustFigures.objects.exclude(pk__in=[one.pk for one in figures]).delete()
    TrustFigures.objects.bulk_create(
        figures,
        update_conflicts=True,
        unique_fields=["organization"],
        update_fields=[
            "proven_minutes", "entered_minutes", "reversed_records", "since", "counted_at",
        ],
        batch_size=500,
    )  # fmt: skip
    return len(figures)


def _months_before(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, 1)
