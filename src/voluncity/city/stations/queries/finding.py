"""Find stations: by kind, by region, by words, by distance, by what is open, on the map."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from voluncity.city.access.scopes import Scope
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.states import OrgState
from voluncity.city.regions.models import Level, Region
from voluncity.city.stations.models import Demonstration, Service, Station, StationKind
from voluncity.city.stations.queries.opening import statuses
from voluncity.city.stations.rules.mapping import Place
from voluncity.city.stations.states import DemonstrationState
from voluncity.kernel.geo import Box, distance_m, distance_text
from voluncity.kernel.text import clean

WORDS_MOST = 60
KEY_MOST = 24


@dataclass(frozen=True)
class Filters:
    """What somebody looks for; empty means everything."""

    kind: str = ""
    region: Region | None = None
    words: str = ""
    service: str = ""
    is_open: bool = False
    is_model: bool = False
    box: Box | None = None

    def narrow(self, found: QuerySet[Any]) -> QuerySet[Any]:
        """Keep what fits; what is open now is found by `open_now`."""
        if self.kind:
            found = found.filter(kind=self.kind)
        if self.region is not None:
            found = found.filter(region__path__startswith=self.region.path)
        for word in clean(self.words)[:WORDS_MOST].split():
            found = found.filter(name__icontains=word) | found.filter(address__icontains=word)
        if self.service:
            found = found.filter(services=self.service)
        if self.is_model:
            found = found.filter(is_demonstration=True)
        if self.box is not None:
            south, west, north, east = self.box
            found = found.filter(lat__gte=south, lat__lte=north, lng__gte=west, lng__lte=east)
        return found


@dataclass(frozen=True)
class Point:
    """Where somebody stands."""

    lat: float
    lng: float


def kinds() -> list[tuple[str, str]]:
    """Return the kinds of stations as (key, name)."""
    return list(StationKind.objects.values_list("key", "name"))


def with_marks(found: QuerySet[Any]) -> QuerySet[Any]:
    """Tell of each station whether it is a model station."""
    effective = Demonstration.objects.filter(
        station=OuterRef("pk"), state=DemonstrationState.EFFECTIVE
    )
    marked: QuerySet[Any] = found.annotate(is_demonstration=Exists(effective))
    return marked


def open_stations(filters: Filters) -> QuerySet[Station]:
    """Return the stations that are not closed and fit: the head station first, then by name."""
    found = with_marks(Station.objects.filter(closed_at=None))
    listed = found.select_related("region", "organization", "kind")
    return filters.narrow(listed).order_by("-is_main", "name", "pk")


def open_now(found: QuerySet[Station], *, at: datetime) -> set[int]:
    """Return the ids of those that are open at an instant; a city has some hundreds."""
    rows = found.order_by().only("pk", "closed_on_holidays").select_related(None)
    return {pk for pk, status in statuses(rows, at=at).items() if status.is_open}


def places(found: QuerySet[Any], open_ids: set[int]) -> list[Place]:
    """Return the points of stations for the map; those without a point are left out."""
    rows = found.filter(lat__isnull=False, lng__isnull=False).order_by("pk")
    counties = _county_names()
    return [
        Place(pk, name, lat, lng, pk in open_ids, _county(path, counties))
        for pk, name, lat, lng, path in rows.values_list("pk", "name", "lat", "lng", "region__path")
    ]


def _county_names() -> list[tuple[str, str]]:
    return list(
        Region.objects.filter(level=Level.COUNTY, valid_to=None).values_list("path", "name")
    )


def _county(path: str, counties: list[tuple[str, str]]) -> str:
    return next((name for county, name in counties if path.startswith(county)), "")


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


def possible_organizations(scope: Scope, station: Station | None = None) -> QuerySet[Organization]:
    """Return who may run a station: the active organizations within reach, and who runs it now."""
    found = Organization.objects.in_scope(scope)
    if station is not None:
        found = found | Organization.objects.filter(pk=station.organization_id)
    return found.filter(state=OrgState.ACTIVE).order_by("name", "pk")


def services() -> QuerySet[Service]:
    """Return everything that a station may offer."""
    return Service.objects.all()
