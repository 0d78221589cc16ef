"""The patrol findings as a list of the desk: its columns, and how it is filtered."""

from __future__ import annotations

from datetime import datetime

from voluncity.city.access.permissions import Permission
from voluncity.city.access.scopes import Scope, ScopedQuerySet
from voluncity.city.regions import queries as regions
from voluncity.city.registers.rules import Column, Query, Register
from voluncity.kernel.clock import local_date
from voluncity.service.patrols import queries
from voluncity.service.patrols.models import Problem, ProblemKind
from voluncity.service.patrols.queries import TASKS, Filters
from voluncity.service.patrols.states import TONES, ProblemState


def filters_of(query: Query, *, at: datetime) -> Filters:
    """Return what a query asks for; what is not understood is left out."""
    said = dict(query)
    counties = regions.counties(on=local_date(at))
    return Filters(
        words=said.get("q", ""),
        kind=said.get("kind", "")[:24],
        state=said.get("state", ""),
        task=said.get("task", ""),
        region=next((one for one in counties if str(one.pk) == said.get("region", "")), None),
    )


def _found(scope: Scope, query: Query, at: datetime) -> ScopedQuerySet:
    found: ScopedQuerySet = queries.desk_problems(
        scope, filters_of(query, at=at), today=local_date(at)
    )
    return found


def _said(_scope: Scope, query: Query, at: datetime) -> list[tuple[str, str]]:
    filters = filters_of(query, at=at)
    names = dict(ProblemKind.objects.values_list("key", "name"))
    words = [
        ("编号、地点或说明", filters.words),
        ("类型", names.get(filters.kind, "")),
        ("区县", filters.region.name if filters.region else ""),
        ("状态", dict(ProblemState.choices).get(filters.state, "")),
        ("需要处理的", dict(TASKS).get(filters.task, "")),
    ]
    return [(label, value) for label, value in words if value]


def _day(at: datetime | None) -> str:
    return local_date(at).isoformat() if at else ""


def _state(one: Problem) -> str:
    return str(one.get_state_display())


PROBLEMS = Register(
    key="patrols",
    title="巡防问题",
    unit="件",
    page="patrols:desk_list",
    row_page="patrols:desk_detail",
    permission=Permission.PATROL_SEE,
    export_permission=Permission.PATROL_SEE,
    columns=(
        Column("number", "编号", lambda one: one.number, width=12),
        Column("kind", "类型", lambda one: one.kind.name, width=12),
        Column("region", "区划", lambda one: one.region.name, width=20),
        Column("place", "地点", lambda one: one.place, width=30),
        Column("unit", "责任单位", lambda one: one.unit.name if one.unit else "", width=28),
        Column("reported", "反映日期", lambda one: one.day.isoformat(), width=12),
        Column("due", "期限", lambda one: one.due_on.isoformat() if one.is_open else "", width=12),
        Column("escalated", "超期上报", lambda one: _day(one.escalated_at), width=12),
        Column("solved", "办结日期", lambda one: _day(one.solved_at), width=12, is_shown=False),
        Column("note", "说明", lambda one: one.note, width=40, is_shown=False),
        Column("state", "状态", _state, width=10, tone=lambda one: TONES.get(one.state, "neutral")),
    ),
    found=_found,
    said=_said,
    private=frozenset({"q"}),
)
