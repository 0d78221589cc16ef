"""What of an organization's hours stands in the way when it ends."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from voluncity.city.orgs.rules import OpenWork
from voluncity.service.hours.models import ServiceRecord
from voluncity.service.hours.states import RecordState

WAITING = (RecordState.COMPUTED, RecordState.CONFIRMED, RecordState.SHOWN)


def open_work(*, organization_id: int, at: datetime) -> list[OpenWork]:
    """Return how many hours nobody could confirm any more once the organization has ended."""
    number = ServiceRecord.objects.filter(organization=organization_id, state__in=WAITING).count()
    page = f"{reverse('hours:desk_list')}?queue=all"
    return [OpenWork(f"{number} 条服务时长没有办结", page)] if number else []
