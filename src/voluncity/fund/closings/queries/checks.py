"""What cannot be right about closings (`check-books`)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from django.db import connection

from voluncity.city.journal.append_only import missing_guards
from voluncity.fund.closings import closed
from voluncity.fund.closings.models import Settlement
from voluncity.fund.closings.queries.facts import balance
from voluncity.fund.grants.models import Funding
from voluncity.fund.grants.states import FundingState

GUARDED = (
    "closings_submission", "closings_return", "closings_finding", "closings_mark",
    "closings_result", "closings_settlement", "closings_addendum",
)  # fmt: skip


def faults(*, limit: int = 20) -> list[str]:
    """Return at most `limit` sentences about what is wrong."""
    return list(islice(_faults(), limit))


def _faults() -> Iterator[str]:
    kept = {
        table: [guard.name for guard in closed.guards(connection.vendor, table)]
        for table in closed.TABLES
    }
    for table in (*GUARDED, *kept):
        for guard in missing_guards(table, kept.get(table)):
            yield f"数据库缺少对 {table} 的保护：{guard}"
    unsettled = Funding.objects.filter(state=FundingState.CLOSED, settlement=None)
    for funding in unsettled.order_by("pk"):
        yield f"资助项目 {funding.number} 已结项，但没有结清资金"
    settled = Settlement.objects.select_related("funding__fund").order_by("pk")
    for one in settled.iterator(chunk_size=200):
        now = balance(one.funding)
        then = (one.paid_fen, one.returned_fen, one.spent_fen + one.own_fen, 0)
        if (now.paid, now.returned, now.spent, now.reserved) != then:
            yield f"资助项目 {one.funding.number} 结清以后，拨付、退回、支出或预留又有变化"
