"""Look once a day through the whole city for records that may be one person's."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from voluncity.city.claims import queries
from voluncity.city.claims.models import Suspected


def find_suspects(*, at: datetime) -> int:
    """Compare all living records anew and keep the pairs that look alike; return how many."""
    found = queries.pairs_alike()
    for pair in found:
        pair.found_at = at
    with transaction.atomic():
        Suspected.objects.all().delete()
        Suspected.objects.bulk_create(found, batch_size=500)
    return len(found)
