"""Payments as a list of the desk: columns, filters, export."""

from __future__ import annotations

from datetime import datetime

from voluncity.city.access.permissions import Permission
from voluncity.city.access.scopes import Scope, ScopedQuerySet
from voluncity.city.registers.rules import Column, Query, Register
from voluncity.fund.governance.models import Fund
from voluncity.fund.payouts import queries
from voluncity.fund.payouts.queries import Filters
from voluncity.fund.payouts.rules import LEAST_YEAR
from voluncity.fund.payouts.states import PayState
from voluncity.kernel.clock import stamp_text
from voluncity.kernel.text import clean, number_in

_LAST_YEAR = 2099


def filters_of(query: Query) -> Filters:
    """Return what a query asks for; what is not understood is left out."""
    said = dict(query)
    year = number_in(said.get("year"))
    return Filters(
        words=clean(said.get("q", ""))[:60], state=clean(said.get("state", ""))[:10],
        fund_id=number_in(said.get("fund")),
        year=year if year and LEAST_YEAR <= year <= _LAST_YEAR else None,
    )  # fmt: skip


def _found(scope: Scope, query: Query, _at: datetime) -> ScopedQuerySet:
    found: ScopedQuerySet = queries.payments(scope, filters_of(query))
    return found


def _said(scope: Scope, query: Query, _at: datetime) -> list[tuple[str, str]]:
    filters = filters_of(query)
    fund = Fund.objects.in_scope(scope).filter(pk=filters.fund_id or 0).first()
    words = [
        ("名称、编号或流水号", filters.words),
        ("状态", str(dict(PayState.choices).get(filters.state, ""))),
        ("基金", fund.name if fund else ""),
        ("付款年度", str(filters.year or "")),
    ]
    return [(label, value) for label, value in words if value]


PAYMENTS = Register(
    key="payouts",
    title="资金拨付",
    unit="笔",
    page="payouts:desk_list",
    row_page="payouts:desk_detail",
    permission=Permission.FUND_SEE,
    export_permission=Permission.FUND_SEE,
    columns=(
        Column("number", "付款编号", lambda one: one.number, width=14),
        Column("title", "项目名称", lambda one: one.funding.title, width=30),
        Column("project", "项目编号", lambda one: one.funding.number, width=18, is_shown=False),
        Column("recipient", "受资助方", lambda one: one.funding.recipient, width=26),
        Column("installment", "期次", lambda one: str(one.installment), width=10),
        Column("amount", "金额", lambda one: one.text, width=14, is_number=True),
        Column("state", "状态", lambda one: str(one.get_state_display()), width=10,
               tone=lambda one: one.tone),
        Column("asked", "申请时间", lambda one: stamp_text(one.asked_at), width=16),
        Column("paid_on", "付款日期", lambda one: str(one.paid_on or ""), width=12),
        Column("ref", "银行流水号", lambda one: one.bank_ref or "", width=24, is_shown=False),
        Column("list", "拨付清单", lambda one: str(one.list or ""), width=20, is_shown=False),
        Column("account", "收款账户", lambda one: str(one.payee), width=34, is_shown=False),
        Column("fund", "基金", lambda one: one.funding.fund.name, width=20, is_shown=False),
        Column("fen", "金额（分）", lambda one: one.fen, is_number=True, is_shown=False),
        Column("by", "申请人", lambda one: str(one.asked_by), is_shown=False),
        Column("checked", "复核人", lambda one: str(one.decided_by or ""), is_shown=False),
        Column("confirmed", "确认人", lambda one: str(one.confirmed_by or ""), is_shown=False),
    ),
    found=_found,
    said=_said,
)  # fmt: skip
