"""The difficulties as a list of the desk: its columns, and how it is filtered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from voluncity.city.access.permissions import Permission
from voluncity.city.access.scopes import Scope, ScopedQuerySet
from voluncity.city.regions import queries as regions
from voluncity.city.registers.rules import Column, Query, Register
from voluncity.kernel.clock import local_date
from voluncity.service.difficulties import queries
from voluncity.service.difficulties.models import Difficulty, Kind
from voluncity.service.difficulties.queries import TASKS, Filters
from voluncity.service.difficulties.states import DifficultyState


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
    found: ScopedQuerySet = queries.desk_difficulties(
        scope, filters_of(query, at=at), today=local_date(at)
    )
    return found


def _said(_scope: Scope, query: Query, at: datetime) -> list[tuple[str, str]]:
    filters = filters_of(query, at=at)
    names = dict(Kind.objects.values_list("key", "name"))
    words = [
        ("编号、情况或组织", filters.words),
        ("类型", names.get(filters.kind, "")),
        ("区县", filters.region.name if filters.region else ""),
        ("状态", dict(DifficultyState.choices).get(filters.state, "")),
        ("需要处理的", dict(TASKS).get(filters.task, "")),
    ]
    return [(label, str(value)) for label, value in words if value]


def _shown(rows: Sequence[Any], today: date) -> Iterable[Any]:
    """Mark what is overdue, so that the list draws it red."""
    for row in rows:
        row.is_late = row.is_overdue(today)
    return rows


def _day(at: datetime | None) -> str:
    return local_date(at).isoformat() if at else ""


def _state(one: Difficulty) -> str:
    return "已超期" if one.is_late else str(one.get_state_display())  # type: ignore[attr-defined]


def _tone(one: Difficulty) -> str:
    return "bad" if one.is_late else one.tone  # type: ignore[attr-defined]


DIFFICULTIES = Register(
    key="difficulties",
    title="困难事项",
    unit="件",
    page="difficulties:desk_list",
    row_page="difficulties:detail",
    permission=Permission.DIFFICULTY_SEE,
    export_permission=Permission.DIFFICULTY_SEE,
    columns=(
        Column("number", "编号", lambda one: one.number, width=12),
        Column("kind", "类型", lambda one: one.kind.name, width=10),
        Column("urgency", "紧急程度", lambda one: str(one.get_urgency_display()), width=10,
               tone=lambda one: "warn" if one.urgency == "urgent" else "neutral"),
        Column("organization", "上报组织", lambda one: one.organization.name, width=24),
        Column("project", "项目", lambda one: one.project.name if one.project else "", width=24,
               is_shown=False),
        Column("text", "困难情况", lambda one: one.text, width=40, is_shown=False),
        Column("answering", "答复单位", lambda one: one.answering, width=24),
        Column("reported", "上报日期", lambda one: _day(one.reported_at), width=12),
        Column("due", "答复期限", lambda one: one.due_on.isoformat(), width=12),
        Column("answered", "答复日期", lambda one: _day(one.answered_at), width=12),
        Column("measures", "解决措施", lambda one: one.measures, width=40, is_shown=False),
        Column("promised", "承诺解决日期",
               lambda one: one.promised_on.isoformat() if one.promised_on else "", width=14,
               is_shown=False),
        Column("state", "状态", _state, width=10, tone=_tone),
    ),
    found=_found,
    said=_said,
    shown=_shown,
    private=frozenset({"q"}),
)  # fmt: skip
