"""Stations for everybody: list and map, one station, and what hangs on its door."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_GET

from voluncity.city.access.marks import public
from voluncity.city.regions import queries as regions
from voluncity.city.stations import queries, rules
from voluncity.city.stations.models import Station
from voluncity.city.stations.queries import Filters, Point
from voluncity.city.stations.rules.mapping import draw, parse_box
from voluncity.kernel.clock import local_date
from voluncity.kernel.geo import distance_m, distance_text
from voluncity.kernel.refusals import BadInput, NotFound

ON_A_PAGE = 20
SPECIALS_SHOWN = 6
ON = "1"


@public
@require_GET
def list_stations(request: HttpRequest) -> HttpResponse:
    """List the open stations beside their map, filtered by the address; the nearest first."""
    at = now()
    counties = list(regions.counties(on=local_date(at)))
    kinds, services = queries.kinds(), list(queries.services())
    filters = _filters(request, counties, dict(kinds), {one.pk for one in services})
    found, here = queries.open_stations(filters), _point(request)
    open_ids = queries.open_now(found, at=at)
    if filters.is_open:
        found = found.filter(pk__in=open_ids)
    page = _page(found, here, request.GET.get("page"))
    said = queries.statuses([station for station, _ in page], at=at)
    context = {
        "page": page,
        "rows": [(station, distance, said.get(station.pk)) for station, distance in page],
        "filters": filters,
        "kinds": kinds,
        "services": services,
        "counties": counties,
        "here": here,
        "open_count": len(open_ids),
        "sheet": draw(
            queries.places(found, open_ids), with_labels=not (filters.box or filters.region)
        ),
    }
    return render(request, "stations/list.html", context)


@public
@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one station."""
    at = now()
    today = local_date(at)
    found = queries.with_marks(Station.objects.filter(pk=pk))
    station = found.select_related("region", "organization", "kind").first()
    if station is None:
        raise NotFound("没有找到这个服务站，请从列表重新查找。")
    hours = queries.hours_of([station], since=today)[station.pk]
    specials = sorted(hours.specials.items())[:SPECIALS_SHOWN]
    context = {
        "station": station,
        "distance": _distance(station, _point(request)),
        "status": queries.statuses([station], at=at).get(station.pk),
        "week": rules.week_lines(hours.week) if hours.is_known else [],
        "specials": [(day, rules.spans_text(one.spans), one.reason) for day, one in specials],
        "services": station.services.all(),
        "equipment": station.equipment.select_related("equipment"),
        "photos": station.photos.filter(removed_at=None).select_related("file"),
        "demonstration": queries.live_demonstration(station) if station.is_demonstration else None,
        "hotline": settings.VOLUNCITY_HOTLINE,
    }
    return render(request, "stations/detail.html", context)


def _filters(
    request: HttpRequest, counties: list[Any], kinds: dict[str, str], services: set[str]
) -> Filters:
    asked = request.GET
    kind, service = asked.get("kind", ""), asked.get("service", "")
    return Filters(
        kind=kind if kind in kinds else "",
        region=next((one for one in counties if str(one.pk) == asked.get("region", "")), None),
        words=asked.get("q", ""),
        service=service if service in services else "",
        is_open=asked.get("open") == ON,
        is_model=asked.get("model") == ON,
        box=parse_box(asked.get("box", "")),
    )


def _page(found: QuerySet[Station], here: Point | None, number: str | None) -> Page[Any]:
    """Return a page of (station, distance in words)."""
    if here is None:
        plain: Page[Any] = Paginator(found, ON_A_PAGE).get_page(number)
        plain.object_list = [(station, "") for station in plain.object_list]
        return plain
    near: list[Any] = queries.by_distance(found, here)
    page = Paginator(near, ON_A_PAGE).get_page(number)
    stations = found.in_bulk([pk for pk, _ in page.object_list])
    page.object_list = [(stations[pk], distance) for pk, distance in page.object_list]
    return page


def _point(request: HttpRequest) -> Point | None:
    """Return the point in the address; anything that is no point is as if there were none."""
    try:
        here = Point(float(request.GET.get("lat", "")), float(request.GET.get("lng", "")))
        rules.point(here.lat, here.lng)
    except (ValueError, BadInput):
        return None
    return here


def _distance(station: Station, here: Point | None) -> str:
    if here is None or station.lat is None or station.lng is None:
        return ""
    return distance_text(distance_m(here.lat, here.lng, station.lat, station.lng))
