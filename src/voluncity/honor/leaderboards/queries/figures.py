"""What areas and organizations have done in a period: counted by the worker, read by the boards."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Count as Number
from django.db.models import Max, Min, Q, QuerySet, Sum

from voluncity.city.journal.models import Cursor
from voluncity.city.orgs.states import OrgState
from voluncity.city.people.models import Volunteer
from voluncity.city.regions import queries as regions
from voluncity.city.regions.models import Region
from voluncity.honor.leaderboards.models import Building, Count, Figure
from voluncity.honor.leaderboards.queries.boards import PLACES, Asked
from voluncity.honor.leaderboards.rules import (
    ALL_TIME,
    first_and_next,
    is_year,
    months_between,
    ranks,
)
from voluncity.honor.recognition.models import Total
from voluncity.kernel.clock import day_bounds
from voluncity.service.hours.models import ServiceRecord
from voluncity.service.hours.states import RecordState, Trust

Sums = dict[int, list[int]]  # proven, minutes, active, registered
_READERS = ("honor.totals", "leaderboards.figures")


def periods_with_service() -> list[str]:
    """Return all periods in which anything can have been served."""
    ends = ServiceRecord.objects.aggregate(first=Min("served_on"), last=Max("served_on"))
    if ends["first"] is None:
        return [ALL_TIME]
    months = months_between(ends["first"], ends["last"])
    return [ALL_TIME, *sorted({month[:4] for month in months}), *months]


def counted_regions(period: str) -> Iterator[Figure]:
    """Count what everybody of each area served in a period; those without anything are left out."""
    leaves: Sums = defaultdict(lambda: [0, 0, 0, 0])
    for region, proven, minutes, active in _served(period):
        leaves[region][:3] = [proven or 0, minutes or 0, active]
    for region, registered in _registered(period):
        leaves[region][3] = registered
    for region, (proven, minutes, active, registered) in _rolled_up(leaves).items():
        yield Figure(
            period=period, region_id=region, proven=max(0, proven), minutes=max(0, minutes),
            active=active, registered=registered,
        )  # fmt: skip


def _served(period: str) -> QuerySet[Total, tuple[int, int | None, int | None, int]]:
    totals = Total.objects.filter(minutes__gt=0)
    if is_year(period):
        totals = totals.filter(month__startswith=f"{period}-")
    else:
        totals = totals.filter(month=period)
    return (
        totals.values_list("volunteer__region_id")
        .annotate(Sum("proven_minutes"), Sum("minutes"), Number("volunteer_id", distinct=True))
        .order_by()
    )


def _registered(period: str) -> QuerySet[Volunteer, tuple[int, int]]:
    """Return how many people of each region were registered at the end of a period."""
    living = Volunteer.objects.filter(closed_at=None)
    if period != ALL_TIME:
        end = day_bounds(first_and_next(period)[1])[0]
        living = living.filter(registered_at__lt=end)
    counted: QuerySet[Volunteer, tuple[int, int]] = (
        living.values_list("region_id").annotate(Number("pk")).order_by()
    )
    return counted


def _rolled_up(leaves: Sums) -> Sums:
    regions = {code: pk for pk, code in Region.objects.values_list("pk", "code")}
    paths = dict(Region.objects.filter(pk__in=leaves).values_list("pk", "path"))
    found: Sums = defaultdict(lambda: [0, 0, 0, 0])
    for leaf, sums in leaves.items():
        for code in paths[leaf].split("/"):
            if code:
                above = found[regions[code]]
                above[:] = [one + more for one, more in zip(above, sums, strict=True)]
    return found


def counted_organizations(period: str) -> Iterator[Figure]:
    """Count what each organization recorded itself in a period, without those below it."""
    is_proven = Q(trust=Trust.PROVEN)
    posted = ServiceRecord.objects.filter(state=RecordState.POSTED)
    if period != ALL_TIME:
        first, following = first_and_next(period)
        posted = posted.filter(served_on__gte=first, served_on__lt=following)
    rows = (
        posted.values_list("organization_id")
        .annotate(proven=Sum("minutes", filter=is_proven, default=0), total=Sum("minutes"))
        .order_by()
    )
    for organization, proven, minutes in rows:
        yield Figure(period=period, organization_id=organization, proven=proven, minutes=minutes)


def to_count(*, older_than: date) -> list[str]:
    """Return the periods whose figures are stale, and those of today that are old."""
    before = day_bounds(older_than)[0]
    old = Q(is_stale=True) | Q(counted_at__lt=before)
    return list(Count.objects.filter(old).order_by("-period").values_list("period", flat=True))


def totals_are_there() -> bool:
    """Return whether the totals have followed the journal as far as our own reader has."""
    far = dict(Cursor.objects.filter(reader__in=_READERS).values_list("reader", "position"))
    totals, ours = (far.get(name, 0) for name in _READERS)
    return totals >= ours


@dataclass(frozen=True)
class Line:
    """One line of a board of organizations or areas."""

    rank: int
    id: int
    name: str
    hint: str
    minutes: int
    active: int
    registered: int

    @property
    def share(self) -> int:
        """Return how many of a thousand registered people served."""
        return self.active * 1000 // self.registered if self.registered else 0

    @property
    def share_text(self) -> str:
        """Return the share in words: 12.5%."""
        return f"{self.share / 10:g}%"


def organizations(asked: Asked, *, limit: int = PLACES) -> list[Line]:
    """Return the organizations that recorded most in a period, each without those below it."""
    column = "proven" if asked.is_proven else "minutes"
    found = Figure.objects.filter(
        **{"period": asked.period, f"{column}__gt": 0}, organization__state=OrgState.ACTIVE
    )
    if asked.organization is not None:
        found = found.filter(organization__path__startswith=asked.organization.path)
    elif asked.region is not None:
        found = found.filter(organization__region__path__startswith=asked.region.path)
    rows = list(
        found.order_by(f"-{column}", "organization_id").values_list(
            "organization_id", "organization__name", "organization__region__name", column
        )[:limit]
    )
    numbers = ranks([row[3] for row in rows])
    return [
        Line(number, pk, name, region, minutes, 0, 0)
        for number, (pk, name, region, minutes) in zip(numbers, rows, strict=True)
    ]


def areas(asked: Asked, *, by_share: bool) -> list[Line]:
    """Return the areas right below one, by hours or by the share of people who served."""
    parent = asked.region or regions.city()
    column = "proven" if asked.is_proven else "minutes"
    found = Figure.objects.filter(period=asked.period, region__parent=parent)
    lines = [
        Line(0, pk, name, "", minutes, active, registered)
        for pk, name, minutes, active, registered in found.values_list(
            "region_id", "region__name", column, "active", "registered"
        )
        if minutes or active
    ]

    def worth(one: Line) -> int:
        return one.share if by_share else one.minutes

    lines.sort(key=lambda one: (-worth(one), one.id))
    numbers = ranks([worth(one) for one in lines])
    return [replace(one, rank=number) for number, one in zip(numbers, lines, strict=True)]


def counted_at(period: str) -> datetime | None:
    """Return when the figures of a period were counted."""
    return Count.objects.filter(period=period).values_list("counted_at", flat=True).first()


def is_building_silent(*, before: datetime) -> bool:
    """Return whether the scores are not made yet and nobody has worked on them since an instant."""
    unfinished = Building.objects.filter(finished_at=None)
    return unfinished.exclude(touched_at__gte=before).exists()
