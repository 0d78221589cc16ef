"""How much Party members have served since a day: out of the posted records, many at once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import F, Q, QuerySet

from voluncity.care.party.states import LIVE
from voluncity.service.hours.models import ServiceRecord
from voluncity.service.hours.states import RecordState

_HERE = "volunteer__party_reports__community__path"
# Served in the community that was reported to: the activity, or its team, is at home there.
LOCAL = Q(signup__shift__activity__region__path__startswith=F(_HERE)) | Q(
    organization__region__path__startswith=F(_HERE)
)


def served_since(day: date, *also: Q) -> QuerySet[ServiceRecord]:
    """Return the posted records since a day of people with a live report.

    A member has one live report at most, so that no record is counted twice. What else is asked
    of the report stands in `also`: a second `filter` would be about any other report as well.
    """
    return ServiceRecord.objects.filter(
        *also,
        state=RecordState.POSTED,
        served_on__gte=day,
        volunteer__party_reports__state__in=LIVE,
        volunteer__is_party_member=True,
        volunteer__closed_at=None,
    )


def posted_since(day: date, volunteer_ids: Collection[int]) -> QuerySet[ServiceRecord]:
    """Return the posted records of these people since a day."""
    return ServiceRecord.objects.filter(
        state=RecordState.POSTED, served_on__gte=day, volunteer__in=volunteer_ids
    )
