"""Count what members served, for the table of the office."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from voluncity.care.party import queries, rules
from voluncity.care.party.models import ServiceFigures
from voluncity.kernel.clock import local_date


def keep_service(*, at: datetime) -> None:
    """Count the service since the day that the table shows first, and forget the older counts."""
    since = rules.since("", today=local_date(at))
    counted = queries.service_of_all(since)
    rows = [
        ServiceFigures(
            since=since, unit_id=unit, community_id=community, people=people, minutes=minutes,
            local_minutes=at_home, counted_at=at,
        )
        for (unit, community), (people, minutes, at_home) in counted.items()
    ]  # fmt: skip
    with transaction.atomic():
        ServiceFigures.objects.all().delete()
        ServiceFigures.objects.bulk_create(rows, batch_size=1_000)
