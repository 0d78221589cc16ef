"""Payments that wait, as the page of their project says it."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from voluncity.fund.grants.rules.turns import Turn
from voluncity.fund.grants.states import Waits
from voluncity.fund.payouts.models import Disbursement, Installment, Plan, Return
from voluncity.fund.payouts.queries.desk import may_be_asked_for
from voluncity.fund.payouts.states import (
    IN_FLIGHT,
    ListState,
    PayState,
    PlanState,
    ReturnState,
)


def turns(ids: Collection[int]) -> list[tuple[int, Turn]]:
    """Return what of the payments of projects waits for finance, or for the office to ask.

    As many questions for one project as for all.
    """
    return [*_payments(ids), *_plans(ids), *_returns(ids), *_installments(ids)]


def _payments(ids: Collection[int]) -> Iterator[tuple[int, Turn]]:
    rows = Disbursement.objects.filter(funding__in=ids, state__in=IN_FLIGHT).order_by()
    for one in rows.select_related("list"):
        since, what = one.asked_at, "复核拨付申请"
        if one.state == PayState.APPROVED:
            since, what = one.decided_at or since, "列入拨付清单"
        elif one.list is not None:
            is_out = one.list.state == ListState.EXPORTED
            since = one.list.exported_at or one.list.made_at
            what = "确认付款结果" if is_out else "导出拨付清单"
        yield one.funding_id, Turn(Waits.FINANCE, since, what)


def _plans(ids: Collection[int]) -> Iterator[tuple[int, Turn]]:
    rows = Plan.objects.filter(funding__in=ids, state=PlanState.PROPOSED).order_by()
    for pk, since in rows.values_list("funding", "made_at"):
        yield pk, Turn(Waits.FINANCE, since, "同意拨付计划")


def _returns(ids: Collection[int]) -> Iterator[tuple[int, Turn]]:
    rows = Return.objects.filter(funding__in=ids, state=ReturnState.ENTERED).order_by()
    for pk, since in rows.values_list("funding", "made_at"):
        yield pk, Turn(Waits.FINANCE, since, "确认退回到账")


def _installments(ids: Collection[int]) -> Iterator[tuple[int, Turn]]:
    rows = may_be_asked_for(Installment.objects.filter(funding__in=ids)).order_by()
    for pk, number, since in rows.values_list("funding", "number", "ready_at"):
        if since is not None:
            yield pk, Turn(Waits.OFFICE, since, f"申请拨付第 {number} 期")
