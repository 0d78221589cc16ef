"""Closings as a list of the desk: columns, filters, export."""

from __future__ import annotations

from datetime import datetime

from voluncity.city.access.permissions import Permission
from voluncity.city.access.scopes import Scope, ScopedQuerySet
from voluncity.city.regions import queries as regions
from voluncity.city.registers.rules import Column, Query, Register
from voluncity.fund.closings import queries
from voluncity.fund.closings.models import Closing
from voluncity.fund.closings.queries import Filters
from voluncity.fund.closings.states import ClosingState, Level
from voluncity.kernel.clock import CITY_TZ, local_date
from voluncity.kernel.text import clean


def filters_of(query: Query, *, at: datetime) -> Filters:
    """Return what a query asks for; what is not understood is left out."""
    said = dict(query)
    counties = regions.counties(on=local_date(at))
    return Filters(
        words=said.get("q", ""),
        state=clean(said.get("state", ""))[:10],
        level=clean(said.get("level", ""))[:10],
        region=next((one for one in counties if str(one.pk) == said.get("region", "")), None),
    )


def _found(scope: Scope, query: Query, at: datetime) -> ScopedQuerySet:
    found: ScopedQuerySet = queries.closings(scope, filters_of(query, at=at), at=at)
    return found


def _said(_scope: Scope, query: Query, at: datetime) -> list[tuple[str, str]]:
    filters = filters_of(query, at=at)
    states = {queries.LATE: "逾期未提交", **dict(ClosingState.choices)}
    words = [
        ("名称、编号或受资助方", filters.words),
        ("状态", str(states.get(filters.state, ""))),
        ("等级", str(dict(Level.choices).get(filters.level, ""))),
        ("区县", filters.region.name if filters.region else ""),
    ]
    return [(label, value) for label, value in words if value]


def _day(at: datetime | None) -> str:
    return f"{at.astimezone(CITY_TZ):%Y-%m-%d}" if at else ""


def _level(one: Closing) -> str:
    return one.result.get_level_display() if one.result else ""


CLOSINGS = Register(
    key="fund_closings",
    title="结项评估",
    unit="项",
    page="closings:desk_list",
    row_page="closings:desk_detail",
    row_id=lambda one: one.funding_id,
    permission=Permission.FUND_SEE,
    export_permission=Permission.FUND_SEE,
    columns=(
        Column("title", "项目名称", lambda one: one.funding.title, width=30),
        Column("number", "编号", lambda one: one.funding.number, width=18),
        Column("recipient", "受资助方", lambda one: one.funding.recipient, width=26),
        Column("region", "所在地", lambda one: one.funding.region.name, width=14, is_shown=False),
        Column("awarded", "资助金额", lambda one: one.funding.awarded_text, width=14,
               is_number=True),
        Column("due", "结项期限", lambda one: one.due_on.isoformat(), width=12),
        Column("submitted", "提交", lambda one: _day(one.submitted_at), width=12),
        Column("level", "等级", _level, width=8),
        Column("score", "得分", lambda one: one.result.score_text if one.result else "", width=8,
               is_number=True, is_shown=False),
        Column("closed", "结项", lambda one: _day(one.closed_at), width=12, is_shown=False),
        Column("state", "状态", lambda one: str(one.get_state_display()), width=14,
               tone=lambda one: one.tone),
    ),
    found=_found,
    said=_said,
)  # fmt: skip
