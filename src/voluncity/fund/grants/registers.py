"""Funded projects as a list of the desk: stage, whose turn, for how long; filters, export."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from voluncity.city.access.permissions import Permission
from voluncity.city.access.scopes import Scope, ScopedQuerySet
from voluncity.city.regions import queries as regions
from voluncity.city.registers.rules import Column, Query, Register
from voluncity.fund.governance.models import Fund
from voluncity.fund.grants import queries
from voluncity.fund.grants.models import Funding
from voluncity.fund.grants.queries import Filters
from voluncity.fund.grants.rules import stages
from voluncity.fund.grants.states import FundingKind, FundingState, Waits
from voluncity.kernel.clock import local_date
from voluncity.kernel.money import yuan_text
from voluncity.kernel.text import clean, number_in


def filters_of(query: Query, *, at: datetime) -> Filters:
    """Return what a query asks for; what is not understood is left out."""
    said = dict(query)
    counties = regions.counties(on=local_date(at))
    return Filters(
        words=said.get("q", ""),
        state=clean(said.get("state", ""))[:10],
        kind=clean(said.get("kind", ""))[:8],
        waits=clean(said.get("waits", ""))[:12],
        fund_id=number_in(said.get("fund")),
        region=next((one for one in counties if str(one.pk) == said.get("region", "")), None),
    )


def _found(scope: Scope, query: Query, at: datetime) -> ScopedQuerySet:
    found: ScopedQuerySet = queries.fundings(scope, filters_of(query, at=at))
    return found


def _said(scope: Scope, query: Query, at: datetime) -> list[tuple[str, str]]:
    filters = filters_of(query, at=at)
    fund = Fund.objects.in_scope(scope).filter(pk=filters.fund_id or 0).first()
    words = [
        ("名称、编号或受资助方", filters.words),
        ("基金", fund.full_name if fund else ""),
        ("状态", dict(FundingState.choices).get(filters.state, "")),
        ("类别", dict(FundingKind.choices).get(filters.kind, "")),
        ("等待", dict(Waits.choices).get(filters.waits, "")),
        ("区县", filters.region.name if filters.region else ""),
    ]
    return [(label, str(value)) for label, value in words if value]


@dataclass(frozen=True)
class Row:
    """One project with how long it has stood where it stands."""

    pk: int
    funding: Funding
    days: int | None
    stage: str


def _shown(rows: Sequence[Any], today: date) -> Iterable[Row]:
    for one in rows:
        days = None if one.ended_at else max(0, (today - local_date(one.stage_since)).days)
        yield Row(one.pk, one, days, stages.label(one))


def _day(value: date | datetime | None) -> str:
    if isinstance(value, datetime):
        value = local_date(value)
    return f"{value:%Y-%m-%d}" if value else ""


FUNDINGS = Register(
    key="fundings",
    title="资助项目",
    unit="项",
    page="grants:desk_list",
    row_page="grants:desk_detail",
    permission=Permission.FUND_SEE,
    export_permission=Permission.FUND_SEE,
    columns=(
        Column("title", "项目名称", lambda row: row.funding.title, width=30),
        Column("stage", "环节", lambda row: row.stage, width=20,
               tone=lambda row: row.funding.tone),
        Column("waits", "等待", lambda row: str(row.funding.get_waits_for_display()), width=12),
        Column("days", "已等天数", lambda row: row.days, width=10, is_number=True),
        Column("recipient", "受资助方", lambda row: row.funding.recipient, width=26),
        Column("kind", "类别", lambda row: str(row.funding.get_kind_display()), width=10,
               is_shown=False),
        Column("region", "所在地", lambda row: row.funding.region.name, width=14,
               is_shown=False),
        Column("fund", "基金", lambda row: row.funding.fund.full_name, width=30, is_shown=False),
        Column("serves", "资助方向",
               lambda row: row.funding.serves.name if row.funding.serves else "不限定",
               width=14, is_shown=False),
        Column("awarded", "资助金额", lambda row: yuan_text(row.funding.awarded_fen), width=14,
               is_number=True),
        Column("number", "编号", lambda row: row.funding.number, width=18),
        Column("agreed", "签署日期", lambda row: _day(row.funding.agreed_on), width=12,
               is_shown=False),
        Column("starts", "开始日期", lambda row: _day(row.funding.starts_on), width=12,
               is_shown=False),
        Column("ends", "结束日期", lambda row: _day(row.funding.ends_on), width=12,
               is_shown=False),
        Column("opened", "立项生效", lambda row: _day(row.funding.opened_at), width=12,
               is_shown=False),
    ),
    found=_found,
    said=_said,
    shown=_shown,
)  # fmt: skip
