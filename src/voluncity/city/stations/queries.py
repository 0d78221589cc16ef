"""Read stations: by kind, by region, by words, by distance."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from voluncity.city.access.scopes import Scope
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.states import OrgState
from voluncity.city.regions.models import Region
from voluncity.city.stations.models import Station, StationKind
from voluncity.kernel.geo import distance_m, distance_text
from voluncity.kernel.text import clean


@dataclass(frozen=True)
class Filters:
    """What somebody looks for; empty means everything."""

    kind: str = ""
    region: Region | None = None
    words: str = ""

    def narrow(self, found: QuerySet[Station]) -> QuerySet[Station]:
        """Keep what fits."""
        if self.kind in StationKind.values:
            found = found.filter(kind=self.kind)
        if self.region is not None:
            found = found.filter(region__path__startswith=self.region.path)
        for word in clean(self.words)[:60].split():
            found = found.filter(name__icontains=word) | found.filter(address__icontains=word)
        return found


@dataclass(frozen=True)
class Point:
    """Where somebody stands."""

    lat: float
    lng: float


def open_stations(filters: Filters) -> QuerySet[Station]:
    """Return the open stations that fit: the head station first, then by name."""
    found = Station.objects.filter(closed_at=None).select_related("region", "organization")
    return filters.narrow(found).order_by("-is_main", "name", "pk")


def by_distance(found: QuerySet[Station], here: Point) -> list[tuple[int, str]]:
    """Return (id, distance in words) of the stations that fit, the nearest first.

    Those without a point on the map come last. A city has some hundreds of stations: only their
    ids and points are read.
    """
    rows = list(found.values_list("pk", "lat", "lng"))
    known = [
        (distance_m(here.lat, here.lng, lat, lng), pk)
        for pk, lat, lng in rows
        if lat is not None and lng is not None
    ]
    near = [(pk, distance_text(meters)) for meters, pk in sorted(known)]
    return near + [(pk, "") for pk, lat, lng in rows if lat is None or lng is None]


def desk_stations(scope: Scope, filters: Filters) -> QuerySet[Station]:
    """Return the stations within reach, open ones first."""
    found = Station.objects.in_scope(scope).select_related("region", "organization")
    return filters.narrow(found).order_by("closed_at", "name", "pk")


def possible_organizations(scope: Scope, station: Station | None = None) -> QuerySet[Organization]:
    """Return who may run a station: the active organizations within reach, and who runs it now."""
    found = Organization.objects.in_scope(scope)
    if station is not None:
        found = found | Organization.objects.filter(pk=station.organization_id)
    return found.filter(state=OrgState.ACTIVE).order_by("name", "pk")
