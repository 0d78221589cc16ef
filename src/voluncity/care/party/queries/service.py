"""How much Party members have served since a day: out of the posted records, many at once.

A record that was merged keeps what happened in it: it counts for the person whose it is now.
"""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from voluncity.care.party.states import LIVE
from voluncity.service.hours.models import ServiceRecord
from voluncity.service.hours.states import RecordState

# From the record that served to the one that lives: the same, or one or two merges away. Longer
# chains of merges are not followed here.
WAYS = ("volunteer", "volunteer__merged_into", "volunteer__merged_into__merged_into")


def local(way: str) -> Q:
    """Return what was served in the community that was reported to: the activity, or its team."""
    here = F(f"{way}__party_reports__community__path")
    return Q(signup__shift__activity__region__path__startswith=here) | Q(
        organization__region__path__startswith=here
    )


def posted_since(day: date) -> QuerySet[ServiceRecord]:
    """Return the posted records since a day."""
    return ServiceRecord.objects.filter(state=RecordState.POSTED, served_on__gte=day)


def served_since(day: date, way: str, *also: Q) -> QuerySet[ServiceRecord]:
    """Return the posted records since a day of people with a live report, along one of `WAYS`.

    A member has one live report at most, so that no record is counted twice. What else is asked
    of the report stands in `also`: a second `filter` would be about any other report as well.
    """
    living = {
        f"{way}__party_reports__state__in": LIVE,
        f"{way}__is_party_member": True,
        f"{way}__closed_at": None,
    }
    return posted_since(day).filter(*also, **living)


def not_counted_before(day: date, way: str) -> Q:
    """Return that somebody has no posted record along a shorter way: counted as one person."""
    first = Q()
    for shorter in WAYS[: WAYS.index(way)]:
        own = posted_since(day).filter(**{shorter: OuterRef(way)})
        first &= ~Q(Exists(own))
    return first
