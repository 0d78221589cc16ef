"""The register of stations as a list of the desk: its columns, and how it is filtered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from voluncity.city.access.permissions import Permission
from voluncity.city.access.scopes import Scope, ScopedQuerySet
from voluncity.city.regions import queries as regions
from voluncity.city.registers.rules import Column, Query, Register
from voluncity.city.stations import queries, rules
from voluncity.city.stations.models import Station
from voluncity.city.stations.queries import STATES, TASKS, DeskFilters
from voluncity.city.stations.rules import Hours
from voluncity.kernel.clock import local_date


@dataclass(frozen=True)
class Listed:
    """One station of a list with its hours, read for all at once."""

    station: Any  # annotated by the desk's query
    hours: Hours

    @property
    def pk(self) -> int:
        """Return where the row leads."""
        pk: int = self.station.pk
        return pk

    @property
    def visited(self) -> str:
        """Return the day of the last visit."""
        at = self.station.visited_at
        return local_date(at).isoformat() if at else ""


def filters_of(query: Query, *, at: datetime) -> DeskFilters:
    """Return what a query asks for; what is not understood is left out."""
    said = dict(query)
    counties = regions.counties(on=local_date(at))
    return DeskFilters(
        words=said.get("q", ""),
        kind=said.get("kind", ""),
        state=said.get("state", ""),
        task=said.get("task", ""),
        region=next((one for one in counties if str(one.pk) == said.get("region", "")), None),
    )


def _found(scope: Scope, query: Query, at: datetime) -> ScopedQuerySet:
    filters = filters_of(query, at=at)
    return queries.desk_stations(scope, filters, today=local_date(at))  # type: ignore[return-value]


def _said(_scope: Scope, query: Query, at: datetime) -> list[tuple[str, str]]:
    filters = filters_of(query, at=at)
    words = [
        ("名称、地址或运行单位", filters.words),
        ("类型", dict(queries.kinds()).get(filters.kind, "")),
        ("区县", filters.region.name if filters.region else ""),
        ("状态", dict(STATES).get(filters.state, "")),
        ("需要处理的", dict(TASKS).get(filters.task, "")),
    ]
    return [(label, value) for label, value in words if value]


def _shown(rows: Sequence[Station], today: date) -> Iterator[Listed]:
    hours = queries.hours_of(rows, since=today)
    return (Listed(row, hours[row.pk]) for row in rows)


STATIONS = Register(
    key="stations",
    title="志愿服务站名册",
    unit="个",
    page="stations:desk_list",
    row_page="stations:desk_detail",
    permission=Permission.STATION_EDIT,
    export_permission=Permission.STATION_EDIT,
    columns=(
        Column("name", "名称", lambda one: one.station.name, width=30),
        Column("kind", "类型", lambda one: one.station.kind.name),
        Column("region", "区划", lambda one: one.station.region.name),
        Column("address", "地址", lambda one: one.station.address, width=36),
        Column("organization", "运行单位", lambda one: one.station.organization.name, width=28),
        Column("phone", "电话", lambda one: one.station.phone, width=16),
        Column("hours", "开放时间", lambda one: rules.week_text(one.hours.week), width=40),
        Column("visited", "最近检查", lambda one: one.visited),
        Column("score", "检查得分", lambda one: one.station.visit_score or "", is_number=True),
        Column("model", "示范站", lambda one: "是" if one.station.is_demonstration else ""),
        Column("state", "状态", lambda one: "已关闭" if one.station.closed_at else "开放"),
    ),
    found=_found,
    said=_said,
    shown=_shown,
)
