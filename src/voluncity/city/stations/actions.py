"""Keep up the stations."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, models, transaction

from voluncity.city.access import queries as access
from voluncity.city.access.permissions import Permission
from voluncity.city.access.scopes import Scope
from voluncity.city.journal.actions import record
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.states import OrgState
from voluncity.city.regions import queries as regions
from voluncity.city.stations.models import Station
from voluncity.city.stations.rules import StationPlan, checked
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotFound, Refusal


@transaction.atomic
def open_station(*, plan: StationPlan, by: models.Model, at: datetime) -> Station:
    """Open a station in a region within one's reach.

    :raises BadInput: at the field that is wrong.
    :raises Refusal: when the name is taken there, or the city has a head station.
    """
    station = Station()
    for name, value in _values(station, checked(plan), by=by, at=at).items():
        setattr(station, name, value)
    _save(station, force_insert=True)
    record("stations.open", station, by=by, at=at, organization=station.organization_id)
    return station


@transaction.atomic
def change_station(
    *, station_id: int, plan: StationPlan, by: models.Model, at: datetime
) -> Station:
    """Change what a station says about itself.

    :raises BadInput: at the field that is wrong.
    :raises NotFound: when there is no such station.
    """
    station = _station(station_id)
    values = _values(station, checked(plan), by=by, at=at)
    for name, value in values.items():
        setattr(station, name, value)
    _save(station, update_fields=list(values))
    record("stations.change", station, by=by, at=at, organization=station.organization_id)
    return station


@transaction.atomic
def close_station(*, station_id: int, by: models.Model, at: datetime) -> Station:
    """Close a station; it stays on record.

    :raises Refusal: when it is closed already.
    """
    if not Station.objects.filter(pk=station_id, closed_at=None).update(closed_at=at):
        raise Refusal("这个服务站已经关闭，请刷新页面。", code="stations.closed")
    station = _station(station_id)
    record("stations.close", station, by=by, at=at)
    return station


@transaction.atomic
def reopen_station(*, station_id: int, by: models.Model, at: datetime) -> Station:
    """Open a closed station again.

    :raises Refusal: when it is open already, or the city has another head station now.
    """
    station = _station(station_id)
    if station.closed_at is None:
        raise Refusal("这个服务站正在开放，请刷新页面。", code="stations.open")
    station.closed_at = None
    _save(station, update_fields=["closed_at"])
    record("stations.reopen", station, by=by, at=at)
    return station


def _values(
    station: Station, plan: StationPlan, *, by: models.Model, at: datetime
) -> dict[str, Any]:
    reach = access.scope_of(by, Permission.STATION_EDIT)
    if plan.is_main and not station.is_main:
        _refuse_narrow(reach)
    same = ("name", "kind", "address", "opening_hours", "phone", "offers", "lat", "lng", "is_main")
    return {
        **{name: getattr(plan, name) for name in same},
        "organization": _organization(station, plan.organization_id, reach),
        "region": _region(plan.region_id, reach, at),
    }


def _refuse_narrow(reach: Scope) -> None:
    """The head station is the whole city's: who looks after a part of it cannot name it."""
    if not (reach.regions and regions.city().path.startswith(reach.regions)):
        raise BadInput("总站由市文明办标记，请联系市文明办。", field="is_main")


def _organization(station: Station, organization_id: int, reach: Scope) -> Organization:
    """Return who runs the station: somebody within reach, or who ran it before."""
    within = Organization.objects.in_scope(reach)
    ran = Organization.objects.filter(pk=station.organization_id)
    organization: Organization | None = (
        (within | ran).filter(pk=organization_id, state=OrgState.ACTIVE).first()
    )
    if organization is None:
        raise BadInput("请重新选择运行单位，它应在您的管理范围内。", field="organization")
    return organization


def _region(region_id: int, reach: Scope, at: datetime) -> models.Model:
    region = regions.valid(local_date(at)).filter(pk=region_id).first()
    if region is None or not region.path.startswith(reach.regions or ("-",)):
        raise BadInput("这个区划不在您的管理范围内，请重新选择。", field="region")
    return region


def _station(station_id: int) -> Station:
    station: Station | None = Station.objects.filter(pk=station_id).first()
    if station is None:
        raise NotFound("没有找到这个服务站。")
    return station


def _save(station: Station, **how: Any) -> None:
    try:
        with transaction.atomic():
            station.save(**how)
    except IntegrityError as error:
        raise _taken(station) from error


def _taken(station: Station) -> Refusal:
    main = Station.objects.filter(is_main=True, closed_at=None).exclude(pk=station.pk)
    if station.is_main and main.exists():
        return Refusal(
            "全市只有一个总站，请先取消原来总站的标记。",
            code="stations.main_taken",
            field="is_main",
        )
    return Refusal(
        f"{station.region.name}已有同名的服务站，请换一个能区分的名称。",
        code="stations.name_taken",
        field="name",
    )
