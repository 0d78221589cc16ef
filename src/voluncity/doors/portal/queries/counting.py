"""Count the city's people and hours in a few statements, each row at its own place.

The sums of these rows are the figures of an area; both the worker, who keeps them, and a page of a
city that keeps none yet start here.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from voluncity.city.access.scopes import Scope
from voluncity.city.people.models import Volunteer
from voluncity.city.people.states import IdentityState
from voluncity.doors.portal.models import OrganizationFigures, RegionFigures
from voluncity.honor.recognition.models import Total
from voluncity.honor.recognition.queries import ALL_TIME
from voluncity.service.hours.models import OPEN, ServiceRecord
from voluncity.service.hours.states import RecordState, Trust
from voluncity.service.projects.models import Activity
from voluncity.service.projects.states import ActivityState


def people_by_region(scope: Scope | None = None) -> list[RegionFigures]:
    """Return how many volunteers live in each region; of the whole city without a scope.

    Who has served at all is read from the totals of the leaderboard, which follow the journal:
    there is one for each person, where there are many records.
    """
    people = _reached(Volunteer.objects.filter(closed_at=None), scope).order_by()
    served = Total.objects.filter(volunteer=OuterRef("pk"), month=ALL_TIME, minutes__gt=0)
    active = _numbers(people.filter(Exists(served)).values_list("region"))
    counted = people.values_list("region").annotate(
        registered=Count("pk"),
        verified=Count("pk", filter=Q(identity_state=IdentityState.VERIFIED)),
    )
    return [
        RegionFigures(
            region_id=region, registered=registered, verified=verified, active=active[region]
        )
        for region, registered, verified in counted
    ]


def by_organization(
    *, month: date, at: datetime, scope: Scope | None = None
) -> list[OrganizationFigures]:
    """Return the minutes that each organization recorded, and its activities that are open.

    The minutes of the month are those from its first day, `month`, on; so with its year.
    """
    records = _reached(ServiceRecord.objects.all(), scope).order_by()
    activities = _reached(
        Activity.objects.of_service().filter(state=ActivityState.OPEN, ends_at__gt=at),
        scope,
    ).order_by()
    unfinished = _numbers(records.filter(state__in=OPEN).values_list("organization"))
    is_open = _numbers(activities.values_list("project__organization"))
    posted = {
        organization: minutes
        for organization, *minutes in records.filter(state=RecordState.POSTED)
        .values_list("organization")
        .annotate(
            total=Sum("minutes"),
            proven=Sum("minutes", filter=Q(trust=Trust.PROVEN), default=0),
            month=Sum("minutes", filter=Q(served_on__gte=month), default=0),
            year=Sum("minutes", filter=Q(served_on__gte=month.replace(month=1)), default=0),
        )
    }
    return [
        OrganizationFigures(
            organization_id=organization,
            minutes=total,
            proven_minutes=proven,
            month_minutes=in_month,
            year_minutes=in_year,
            unfinished=unfinished[organization],
            open_activities=is_open[organization],
        )
        for organization in posted.keys() | unfinished.keys() | is_open.keys()
        for total, proven, in_month, in_year in [posted.get(organization, (0, 0, 0, 0))]
    ]


def _numbers(places: QuerySet[Any, Any]) -> Counter[int]:
    """Return how many rows lie at each place."""
    return Counter(dict(places.annotate(number=Count("pk"))))


def _reached(rows: QuerySet[Any], scope: Scope | None) -> QuerySet[Any]:
    return rows.in_scope(scope) if scope is not None else rows  # type: ignore[attr-defined]
