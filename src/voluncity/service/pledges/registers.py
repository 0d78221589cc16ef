"""The pledges as a list of the desk: its columns, and how it is filtered."""

from __future__ import annotations

from datetime import date, datetime

from voluncity.city.access.permissions import Permission
from voluncity.city.access.scopes import Scope, ScopedQuerySet
from voluncity.city.regions import queries as regions
from voluncity.city.registers.rules import Column, Query, Register
from voluncity.kernel.clock import local_date
from voluncity.kernel.masks import mask_name
from voluncity.kernel.text import number_in
from voluncity.service.pledges import queries
from voluncity.service.pledges.models import Need, Pledge
from voluncity.service.pledges.queries import TASKS, Filters
from voluncity.service.pledges.states import NeedKind, PledgeState
from voluncity.service.projects.models import Line


def filters_of(query: Query, *, at: datetime) -> Filters:
    """Return what a query asks for; what is not understood is left out."""
    said = dict(query)
    counties = regions.counties(on=local_date(at))
    return Filters(
        words=said.get("q", ""),
        kind=said.get("kind", ""),
        state=said.get("state", ""),
        task=said.get("task", ""),
        line_id=number_in(said.get("line", "")),
        need_id=number_in(said.get("need", "")),
        region=next((one for one in counties if str(one.pk) == said.get("region", "")), None),
    )


def _found(scope: Scope, query: Query, at: datetime) -> ScopedQuerySet:
    found: ScopedQuerySet = queries.desk_pledges(
        scope, filters_of(query, at=at), today=local_date(at)
    )
    return found


def _said(scope: Scope, query: Query, at: datetime) -> list[tuple[str, str]]:
    filters = filters_of(query, at=at)
    line = Line.objects.filter(pk=filters.line_id or 0).first()
    need = Need.objects.in_scope(scope).filter(pk=filters.need_id or 0).first()
    words = [
        ("编号、需求、项目或单位", filters.words),
        ("类别", dict(NeedKind.choices).get(filters.kind, "")),
        ("项目类别", line.name if line else ""),
        ("需求", need.name if need else ""),
        ("区县", filters.region.name if filters.region else ""),
        ("状态", dict(PledgeState.choices).get(filters.state, "")),
        ("需要处理的", dict(TASKS).get(filters.task, "")),
    ]
    return [(label, str(value)) for label, value in words if value]


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _taker(one: Pledge) -> str:
    return one.unit.name if one.unit else mask_name(one.taker_name)


PLEDGES = Register(
    key="pledges",
    title="认领登记",
    unit="项",
    page="pledges:desk_list",
    row_page="pledges:desk_detail",
    permission=Permission.PROJECT_SEE,
    export_permission=Permission.PROJECT_SEE,
    columns=(
        Column("number", "编号", lambda one: one.number, width=12),
        Column("need", "需要什么", lambda one: one.need.name, width=24),
        Column("kind", "类别", lambda one: one.get_kind_display(), width=10),
        Column("project", "项目", lambda one: one.need.project.name, width=28),
        Column("line", "项目类别", lambda one: str(one.need.project.line or ""), width=24,
               is_shown=False),
        Column("taker", "认领方", _taker, full=lambda one: one.taker_name, width=24),
        Column("amount", "认领数量", lambda one: one.amount_text, width=14),
        Column("promised", "承诺日期", lambda one: one.promised_on.isoformat(), width=12),
        Column("delivered", "收到数量", lambda one: one.delivered_text, width=14),
        Column("received", "收到日期", lambda one: _day(one.delivered_on), width=12,
               is_shown=False),
        Column("receipt", "基金会票据号", lambda one: one.receipt_number, width=20,
               is_shown=False),
        Column("pledged", "认领日期", lambda one: local_date(one.pledged_at).isoformat(), width=12),
        Column("state", "状态", lambda one: str(one.get_state_display()), width=10,
               tone=lambda one: one.tone),
    ),
    found=_found,
    said=_said,
    private=frozenset({"q"}),
)  # fmt: skip
