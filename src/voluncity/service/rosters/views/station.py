"""Who is on duty at a service station, for everybody."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_GET

from voluncity.city.access.marks import public
from voluncity.city.stations.models import Station
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound
from voluncity.service.rosters.queries import stations


@public
@require_GET
def of_station(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the turns of today and the coming days, and where somebody is missing."""
    station = Station.objects.select_related("organization").filter(pk=pk).first()
    if station is None:
        raise NotFound("没有找到这个服务站，请从列表重新查找。")
    at = now()
    context = {"station": station, "days": stations.duties(station, at=at), "today": local_date(at)}
    return render(request, "rosters/of_station.html", context)
