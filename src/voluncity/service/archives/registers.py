"""The activities that took place as a list of the desk, with where their archives stand."""

from __future__ import annotations

from datetime import date, datetime

from voluncity.city.access.permissions import Permission
from voluncity.city.access.scopes import Scope, ScopedQuerySet
from voluncity.city.registers.rules import Column, Query, Register
from voluncity.kernel.clock import local_date
from voluncity.kernel.text import number_in
from voluncity.service.archives import queries
from voluncity.service.archives.queries import TASKS, Filters
from voluncity.service.archives.states import TONES, ArchiveState
from voluncity.service.projects.models import Activity, Line


def filters_of(query: Query) -> Filters:
    """Return what a query asks for; what is not understood is left out."""
    said = dict(query)
    return Filters(
        words=said.get("q", ""),
        task=said.get("task", ""),
        line_id=number_in(said.get("line")),
    )


def _found(scope: Scope, query: Query, at: datetime) -> ScopedQuerySet:
    return queries.activities(scope, filters_of(query), at=at)


def _said(_scope: Scope, query: Query, _at: datetime) -> list[tuple[str, str]]:
    filters = filters_of(query)
    line = Line.objects.filter(pk=filters.line_id or 0).first()
    words = [
        ("活动或组织", filters.words),
        ("需要处理的", dict(TASKS).get(filters.task, "")),
        ("类别", line.name if line else ""),
    ]
    return [(label, value) for label, value in words if value]


def _state(one: Activity) -> str:
    archive = getattr(one, "archive", None)
    return str(archive.get_state_display()) if archive else "未归档"


def _tone(one: Activity) -> str:
    archive = getattr(one, "archive", None)
    return TONES[ArchiveState(archive.state)] if archive else "warn"


def _submitted(one: Activity) -> str:
    archive = getattr(one, "archive", None)
    at: datetime | None = archive.submitted_at if archive else None
    return local_date(at).isoformat() if at else ""


def _day(one: Activity) -> str:
    held: date = local_date(one.starts_at)
    return held.isoformat()


ARCHIVES = Register(
    key="archives",
    title="活动归档",
    unit="场",
    page="archives:desk_list",
    row_page="archives:desk_detail",
    permission=Permission.PROJECT_SEE,
    export_permission=Permission.PROJECT_SEE,
    columns=(
        Column("name", "活动", lambda one: one.name, width=30),
        Column("organization", "组织", lambda one: one.project.organization.name, width=28),
        Column("project", "项目", lambda one: one.project.name, width=28, is_shown=False),
        Column("region", "区划", lambda one: one.region.name, width=18),
        Column("day", "活动日期", _day, width=12),
        Column("submitted", "提交日期", _submitted, width=12),
        Column("state", "归档", _state, width=12, tone=_tone),
    ),
    found=_found,
    said=_said,
    private=frozenset({"q"}),
)
