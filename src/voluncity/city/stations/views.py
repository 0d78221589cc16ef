"""Pages of stations: for everybody, and for the desk."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs, public
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import scope_of
from voluncity.city.people.models import User
from voluncity.city.regions import queries as regions
from voluncity.city.regions.forms import half_filled
from voluncity.city.stations import actions, queries, rules
from voluncity.city.stations.forms import StationForm
from voluncity.city.stations.models import Station, StationKind
from voluncity.city.stations.queries import Filters, Point
from voluncity.kernel.clock import local_date
from voluncity.kernel.geo import distance_m, distance_text
from voluncity.kernel.refusals import BadInput, NotFound
from voluncity.web.forms import refusals_in

ON_A_PAGE = 20


@public
@require_GET
def list_stations(request: HttpRequest) -> HttpResponse:
    """List the open stations, filtered by the address; with a point the nearest come first."""
    counties = list(regions.counties(on=local_date(now())))
    asked = request.GET.get("region", "")
    filters = Filters(
        kind=request.GET.get("kind", ""),
        region=next((county for county in counties if str(county.pk) == asked), None),
        words=request.GET.get("q", ""),
    )
    here = _point(request)
    page = _page(request, filters, here)
    context = {
        "page": page,
        "filters": filters,
        "kinds": StationKind.choices,
        "counties": counties,
        "here": here,
    }
    return render(request, "stations/list.html", context)


@public
@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one station."""
    station = Station.objects.select_related("region", "organization").filter(pk=pk).first()
    if station is None:
        raise NotFound("没有找到这个服务站，请从列表重新查找。")
    here = _point(request)
    distance = ""
    if here and station.lat is not None and station.lng is not None:
        distance = distance_text(distance_m(here.lat, here.lng, station.lat, station.lng))
    return render(request, "stations/detail.html", {"station": station, "distance": distance})


@needs(Permission.STATION_EDIT)
@require_GET
def desk_list(request: HttpRequest) -> HttpResponse:
    """List the stations of one's area."""
    filters = Filters(kind=request.GET.get("kind", ""), words=request.GET.get("q", ""))
    found = queries.desk_stations(scope_of(request.user, Permission.STATION_EDIT), filters)
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "filters": filters, "kinds": StationKind.choices}
    return render(request, "stations/desk_list.html", context)


@needs(Permission.STATION_EDIT)
@require_http_methods(["GET", "POST"])
def desk_new(request: HttpRequest) -> HttpResponse:
    """Open a station."""
    form = _form(request, initial={})
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            actions.open_station(plan=form.plan(), by=cast(User, request.user), at=now())
        if not form.errors:
            messages.success(request, "服务站已设立，居民现在就能看到。")
            return redirect("stations:desk_list")
    return render(
        request, "stations/desk_edit.html", {"form": form}, status=422 if form.errors else 200
    )


@needs(Permission.STATION_EDIT)
@require_http_methods(["GET", "POST"])
def desk_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a station."""
    station = _fetch(request, pk)
    form = _form(request, initial=_said(station), station=station)
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            actions.change_station(
                station_id=pk, plan=form.plan(), by=cast(User, request.user), at=now()
            )
        if not form.errors:
            messages.success(request, "已保存。")
            return redirect("stations:desk_list")
    context = {"form": form, "station": station}
    return render(request, "stations/desk_edit.html", context, status=422 if form.errors else 200)


@needs(Permission.STATION_EDIT)
@require_POST
def desk_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a station."""
    _fetch(request, pk)
    actions.close_station(station_id=pk, by=cast(User, request.user), at=now())
    messages.success(request, "服务站已关闭，居民不再看到。")
    return redirect("stations:desk_edit", pk)


@needs(Permission.STATION_EDIT)
@require_POST
def desk_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a closed station again."""
    _fetch(request, pk)
    actions.reopen_station(station_id=pk, by=cast(User, request.user), at=now())
    messages.success(request, "服务站已重新开放。")
    return redirect("stations:desk_edit", pk)


def _page(request: HttpRequest, filters: Filters, here: Point | None) -> Page[Any]:
    """Return a page of (station, distance in words)."""
    found, number = queries.open_stations(filters), request.GET.get("page")
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


def _form(
    request: HttpRequest, *, initial: dict[str, Any], station: Station | None = None
) -> StationForm:
    scope = scope_of(request.user, Permission.STATION_EDIT)
    organizations = queries.possible_organizations(scope, station)
    made: dict[str, Any] = {"today": local_date(now()), "organizations": organizations}
    if request.method == "POST" and "next_level" not in request.POST:
        return StationForm(request.POST, **made)
    if request.method == "POST":
        initial = half_filled(StationForm, request.POST)
    return StationForm(initial=initial, **made)


def _said(station: Station) -> dict[str, Any]:
    return {name: getattr(station, name) for name in StationForm.base_fields} | {
        "organization": station.organization_id
    }


def _fetch(request: HttpRequest, pk: int) -> Station:
    found: Station = access.fetch(
        request.user,
        Permission.STATION_EDIT,
        Station.objects.select_related("region"),
        at=now(),
        pk=pk,
    )
    return found
