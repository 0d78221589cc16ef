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
from voluncity.city.stations import rules
from voluncity.city.stations.actions.demonstrations import end_demonstrations
from voluncity.city.stations.models import (
    Equipment,
    OpeningSpan,
    Service,
    Station,
    StationEquipment,
    StationKind,
)
from voluncity.city.stations.rules import StationPlan
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotFound, Refusal


@transaction.atomic
def open_station(*, plan: StationPlan, by: models.Model, at: datetime) -> Station:
    """Open a station in a region within one's reach.

    :raises BadInput: at the field that is wrong.
    :raises Refusal: when the name is taken there, or the city has a head station.
    """
    station, plan = Station(), rules.checked(plan)
    week = rules.hours(plan)
    for name, value in _values(station, plan, by=by, at=at).items():
        setattr(station, name, value)
    _save(station, force_insert=True)
    _furnish(station, plan, week)
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
    station, plan = _station(station_id), rules.checked(plan)
    week = rules.hours(plan)
    values = _values(station, plan, by=by, at=at)
    for name, value in values.items():
        setattr(station, name, value)
    _save(station, update_fields=list(values))
    _furnish(station, plan, week)
    record("stations.change", station, by=by, at=at, organization=station.organization_id)
    return station


@transaction.atomic
def close_station(*, station_id: int, reason: str, by: models.Model, at: datetime) -> Station:
    """Close a station; it stays on record, and is no model station any more.

    :raises BadInput: when no reason is given.
    :raises Refusal: when it is closed already.
    """
    why = rules.reason(reason)
    closed = Station.objects.filter(pk=station_id, closed_at=None)
    if not closed.update(closed_at=at, closed_reason=why):
        raise Refusal("这个服务站已经关闭，请刷新页面。", code="stations.closed")
    station = _station(station_id)
    end_demonstrations(station_id=station_id, reason="服务站已关闭", by=by, at=at)
    record("stations.close", station, by=by, at=at)
    return station


@transaction.atomic
def close_stations_of(*, organization_id: int, by: models.Model, at: datetime) -> None:
    """Close what an organization that is dissolved keeps open (settings.VOLUNCITY_DISSOLVED)."""
    kept = Station.objects.filter(organization=organization_id, closed_at=None)
    for pk in list(kept.order_by("pk").values_list("pk", flat=True)):
        close_station(station_id=pk, reason="所属组织已注销", by=by, at=at)


@transaction.atomic
def reopen_station(*, station_id: int, by: models.Model, at: datetime) -> Station:
    """Open a closed station again.

    :raises Refusal: when it is open already, or the city has another head station now.
    """
    station = _station(station_id)
    if station.closed_at is None:
        raise Refusal("这个服务站正在开放，请刷新页面。", code="stations.open")
    station.closed_at, station.closed_reason = None, ""
    _save(station, update_fields=["closed_at", "closed_reason"])
    record("stations.reopen", station, by=by, at=at)
    return station


def _values(
    station: Station, plan: StationPlan, *, by: models.Model, at: datetime
) -> dict[str, Any]:
    reach = access.scope_of(by, Permission.STATION_EDIT)
    if plan.is_main and not station.is_main:
        _refuse_narrow(reach)
    same = (
        "name", "address", "opening_hours", "closed_on_holidays", "phone", "offers",
        "lat", "lng", "is_main",
    )  # fmt: skip
    return {
        **{name: getattr(plan, name) for name in same},
        "kind": _kind(plan.kind),
        "organization": _organization(station, plan.organization_id, reach),
        "region": _region(plan.region_id, reach, at),
    }


def _furnish(station: Station, plan: StationPlan, week: rules.Week) -> None:
    """Write anew when the station is open, what it offers and what stands in it."""
    station.spans.all().delete()
    OpeningSpan.objects.bulk_create(
        OpeningSpan(station=station, weekday=day, opens=span.opens, closes=span.closes)
        for day, spans in enumerate(week)
        for span in spans
    )
    station.services.set(Service.objects.filter(pk__in=plan.services))
    station.equipment.all().delete()
    known = Equipment.objects.filter(pk__in=[key for key, count in plan.equipment.items() if count])
    StationEquipment.objects.bulk_create(
        StationEquipment(station=station, equipment=one, count=plan.equipment[one.pk])
        for one in known
    )


def _kind(key: str) -> StationKind:
    kind = StationKind.objects.filter(pk=key).first()
    if kind is None:
        raise BadInput("请选择服务站类型。", field="kind")
    return kind


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
