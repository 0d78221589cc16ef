"""Count the city's people and hours in a few statements, each row at its own place.

The sums of these rows are the figures of an area; both the worker, who keeps them, and a page of a
city that keeps none yet start here.
"""

from __future__ import annotations

from collections import Counter
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from voluncity.city.access.scopes import Scope
from voluncity.city.people.models import Volunteer
from voluncity.city.people.states import IdentityState
from voluncity.doors.portal.models import OrganizationFigures, RegionFigures
from voluncity.service.hours.models import OPEN, ServiceRecord
from voluncity.service.hours.states import RecordState, Trust


def people_by_region(scope: Scope | None = None) -> list[RegionFigures]:
    """Return how many volunteers live in each region; of the whole city without a scope."""
    people = _reached(Volunteer.objects.filter(closed_at=None), scope)
    posted = ServiceRecord.objects.filter(volunteer=OuterRef("pk"), state=RecordState.POSTED)
    active = dict(
        people.filter(Exists(posted)).order_by().values_list("region").annotate(number=Count("pk"))
    )
    counted = (
        people.order_by()
        .values_list("region")
        .annotate(
            registered=Count("pk"),
            verified=Count("pk", filter=Q(identity_state=IdentityState.VERIFIED)),
        )
    )
    return [
        RegionFigures(
            region_id=region, registered=registered, verified=verified, active=active.get(region, 0)
        )
        for region, registered, verified in counted
    ]


def hours_by_organization(*, month: date, scope: Scope | None = None) -> list[OrganizationFigures]:
    """Return the minutes that each organization recorded, and those of the month from `month`."""
    records = _reached(ServiceRecord.objects.all(), scope)
    unfinished = Counter(
        dict(
            records.filter(state__in=OPEN)
            .order_by()
            .values_list("organization")
            .annotate(number=Count("pk"))
        )
    )
    posted = {
        organization: minutes
        for organization, *minutes in records.filter(state=RecordState.POSTED)
        .order_by()
        .values_list("organization")
        .annotate(
            total=Sum("minutes"),
            proven=Sum("minutes", filter=Q(trust=Trust.PROVEN), default=0),
            month=Sum("minutes", filter=Q(served_on__gte=month), default=0),
        )
    }
    return [
        OrganizationFigures(
            organization_id=organization,
            minutes=total,
            proven_minutes=proven,
            month_minutes=in_month,
            unfinished=unfinished[organization],
        )
        for organization in posted.keys() | unfinished.keys()
        for total, proven, in_month in [posted.get(organization, (0, 0, 0))]
    ]


def _reached(rows: QuerySet, scope: Scope | None) -> QuerySet:  # type: ignore[type-arg]
    return rows.in_scope(scope) if scope is not None else rows  # type: ignore[attr-defined]
