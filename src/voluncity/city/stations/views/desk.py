"""The desk: the stations of one's area, and what they say about themselves."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import has, scope_of
from voluncity.city.people.asking import user_of
from voluncity.city.regions import queries as regions
from voluncity.city.regions.forms import half_filled
from voluncity.city.registers.listing import bar_of, query_in
from voluncity.city.stations import actions, paper, queries, rules
from voluncity.city.stations.forms import (
    DAY_FIELDS,
    ExceptionForm,
    ReasonForm,
    StationForm,
    StationPhotoForm,
)
from voluncity.city.stations.models import Equipment, Station
from voluncity.city.stations.registers import STATIONS, filters_of
from voluncity.city.stations.views.reach import fetch_either, may, reach
from voluncity.kernel.clock import local_date
from voluncity.web.forms import refusals_in

ON_A_PAGE = 20
HISTORY = 20
_SEEN = ("region", "organization", "kind")


@needs(Permission.STATION_EDIT, Permission.STATION_INSPECT)
@require_GET
def desk_list(request: HttpRequest) -> HttpResponse:
    """List the stations of one's area."""
    at, scope = now(), reach(request)
    today = local_date(at)
    filters = filters_of(query_in(request), at=at)
    found = queries.desk_stations(scope, filters, today=today)
    counted = queries.counts(scope, today=today)
    context = {
        "page": Paginator(found, ON_A_PAGE).get_page(request.GET.get("page")),
        "filters": filters,
        "kinds": queries.kinds(),
        "counties": regions.counties(on=today),
        "bar": bar_of(request, STATIONS),
        "states": queries.STATES,
        "tasks": [(key, label, counted[key]) for key, label in queries.TASKS],
        "counts": counted,
        "today": today,
        "may_open": has(request.user, Permission.STATION_EDIT),
        "may_set": has(request.user, Permission.POLICY_EDIT),
    }
    return render(request, "stations/desk_list.html", context)


@needs(Permission.STATION_EDIT)
@require_http_methods(["GET", "POST"])
def desk_new(request: HttpRequest) -> HttpResponse:
    """Open a station."""
    form = _form(request, initial={})
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            station = actions.open_station(plan=form.plan(), by=user_of(request), at=now())
        if not form.errors:
            messages.success(request, "服务站已设立，居民现在就能看到。")
            return redirect("stations:desk_detail", station.pk)
    return render(
        request, "stations/desk_edit.html", {"form": form}, status=422 if form.errors else 200
    )


@needs(Permission.STATION_EDIT, Permission.STATION_INSPECT)
@require_GET
def desk_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one station with everything that happened to it."""
    station = fetch_either(
        request, queries.with_marks(Station.objects.select_related(*_SEEN)), pk=pk
    )
    today = local_date(now())
    user = user_of(request)
    hours = queries.hours_of([station], since=today)[station.pk]
    is_own = queries.is_own(user, station)
    context = {
        "station": station,
        "week": rules.week_lines(hours.week) if hours.is_known else [],
        "photos": station.photos.filter(removed_at=None).select_related("file"),
        "inspections": queries.inspections_of(station)[:HISTORY],
        "drafts": queries.drafts_of(station, user),
        "findings": queries.findings_of(station)[:HISTORY],
        "demonstration": queries.live_demonstration(station),
        "past": station.demonstrations.exclude(ended_at=None).order_by("-pk")[:HISTORY],
        "today": today,
        "may_edit": may(request, Permission.STATION_EDIT, Station.objects, pk),
        "may_inspect": not is_own and may(request, Permission.STATION_INSPECT, Station.objects, pk),
        "may_name": not is_own and may(request, Permission.NOTICE_MANAGE, Station.objects, pk),
    }
    return render(request, "stations/desk_detail.html", context)


@needs(Permission.STATION_EDIT)
@require_http_methods(["GET", "POST"])
def desk_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a station."""
    station = _fetch(request, pk)
    form = _form(request, initial=_said(station), station=station)
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            actions.change_station(station_id=pk, plan=form.plan(), by=user_of(request), at=now())
        if not form.errors:
            messages.success(request, "已保存。")
            return redirect("stations:desk_detail", pk)
    context = {"form": form, "station": station}
    return render(request, "stations/desk_edit.html", context, status=422 if form.errors else 200)


@needs(Permission.STATION_EDIT)
@require_http_methods(["GET", "POST"])
def desk_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a station, with a reason."""
    station = _fetch(request, pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            actions.close_station(
                station_id=pk, reason=form.cleaned_data["reason"], by=user_of(request), at=now()
            )
        if not form.errors:
            messages.success(request, "服务站已关闭，居民不再看到。")
            return redirect("stations:desk_detail", pk)
    context = {"form": form, "station": station, "what": "close"}
    return render(request, "stations/desk_reason.html", context, status=422 if form.errors else 200)


@needs(Permission.STATION_EDIT)
@require_POST
def desk_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a closed station again."""
    _fetch(request, pk)
    actions.reopen_station(station_id=pk, by=user_of(request), at=now())
    messages.success(request, "服务站已重新开放。")
    return redirect("stations:desk_detail", pk)


@needs(Permission.STATION_EDIT)
@require_http_methods(["GET", "POST"])
def desk_exceptions(request: HttpRequest, pk: int) -> HttpResponse:
    """Set the days that are not like their weekday."""
    station = _fetch(request, pk)
    form = ExceptionForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            actions.set_exception(station_id=pk, **form.cleaned_data, by=user_of(request), at=now())
        if not form.errors:
            messages.success(request, "已登记，居民现在就能看到。")
            return redirect("stations:desk_exceptions", pk)
    today = local_date(now())
    hours = queries.hours_of([station], since=today)[pk]
    rows = [(d, rules.spans_text(s.spans), s.reason) for d, s in sorted(hours.specials.items())]
    context = {"form": form, "station": station, "rows": rows}
    return render(
        request, "stations/desk_exceptions.html", context, status=422 if form.errors else 200
    )


@needs(Permission.STATION_EDIT)
@require_POST
def desk_remove_exception(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a day be like its weekday again."""
    _fetch(request, pk)
    form = ExceptionForm(request.POST)
    form.is_valid()
    day = form.cleaned_data.get("day")
    if day:
        actions.remove_exception(station_id=pk, day=day, by=user_of(request), at=now())
        messages.success(request, "已恢复平常的开放时间。")
    return redirect("stations:desk_exceptions", pk)


@needs(Permission.STATION_EDIT)
@require_http_methods(["GET", "POST"])
def desk_photos(request: HttpRequest, pk: int) -> HttpResponse:
    """Show pictures of the station to everybody."""
    station = _fetch(request, pk)
    sent = request.method == "POST"
    form = StationPhotoForm(request.POST, request.FILES) if sent else StationPhotoForm()
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            actions.add_photo(station_id=pk, **form.cleaned_data, by=user_of(request), at=now())
        if not form.errors:
            messages.success(request, "照片已上传。")
            return redirect("stations:desk_photos", pk)
    photos = station.photos.filter(removed_at=None).select_related("file")
    context = {"form": form, "station": station, "photos": photos}
    return render(request, "stations/desk_photos.html", context, status=422 if form.errors else 200)


@needs(Permission.STATION_EDIT)
@require_POST
def desk_remove_photo(request: HttpRequest, pk: int, photo_id: int) -> HttpResponse:
    """Take a picture away."""
    _fetch(request, pk)
    actions.remove_photo(station_id=pk, photo_id=photo_id, by=user_of(request), at=now())
    messages.success(request, "照片已撤下。")
    return redirect("stations:desk_photos", pk)


@needs(Permission.STATION_EDIT, Permission.STATION_INSPECT)
@require_GET
def desk_poster(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out what hangs on the door, to be printed: A4, or A5 with `?size=a5`."""
    station = fetch_either(request, Station.objects.select_related(*_SEEN), pk=pk)
    size = "a5" if request.GET.get("size") == "a5" else "a4"
    hours = queries.hours_of([station], since=local_date(now()))[pk]
    answer = HttpResponse(
        paper.door_poster(station, hours=hours, size=size), content_type="application/pdf"
    )
    answer["Content-Disposition"] = f'inline; filename="station-{pk}-{size}.pdf"'
    return answer


def _form(
    request: HttpRequest, *, initial: dict[str, Any], station: Station | None = None
) -> StationForm:
    scope = scope_of(request.user, Permission.STATION_EDIT)
    made: dict[str, Any] = {
        "today": local_date(now()),
        "organizations": queries.possible_organizations(scope, station),
        "kinds": queries.kinds(),
        "services": queries.services(),
        "equipment": Equipment.objects.all(),
    }
    if request.method == "POST" and "next_level" not in request.POST:
        return StationForm(request.POST, **made)
    if request.method == "POST":
        more = {key: value for key, value in request.POST.items() if key[:4] in {"day_", "has_"}}
        chosen = {"services": request.POST.getlist("services")}
        initial = half_filled(StationForm, request.POST) | more | chosen
    return StationForm(initial=initial, **made)


def _said(station: Station) -> dict[str, Any]:
    same = (
        "name", "region", "address", "closed_on_holidays", "opening_hours", "phone", "offers",
        "lat", "lng", "is_main",
    )  # fmt: skip
    week = queries.hours_of([station], since=local_date(now()))[station.pk].week
    days = [rules.spans_text(week[day]) if week.get(day) else "" for day in range(len(rules.WEEK))]
    counted = station.equipment.values_list("equipment_id", "count")
    return {
        **{name: getattr(station, name) for name in same},
        "kind": station.kind_id,
        "organization": station.organization_id,
        "services": list(station.services.values_list("pk", flat=True)),
        **dict(zip(DAY_FIELDS, days, strict=True)),
        **{f"has_{key}": count for key, count in counted},
    }


def _fetch(request: HttpRequest, pk: int) -> Station:
    found: Station = access.fetch(
        request.user,
        Permission.STATION_EDIT,
        Station.objects.select_related(*_SEEN),
        at=now(),
        pk=pk,
    )
    return found
