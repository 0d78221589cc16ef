"""Spending against the lines of the budget."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet, Sum

from voluncity.fund.grants.models import Funding, FundingLine
from voluncity.fund.reports.models import Expense, Voucher
from voluncity.fund.reports.states import ExpenseState, ReportState
from voluncity.kernel.money import yuan_text

E, S = ExpenseState, ReportState


@dataclass(frozen=True)
class LineUse:
    """One line of a budget: how much of it was accepted, how much is claimed with that."""

    line: FundingLine
    spent_fen: int
    claimed_fen: int

    @property
    def left_fen(self) -> int:
        """Return how much may still be claimed."""
        return self.line.fen - self.claimed_fen

    @property
    def spent_text(self) -> str:
        """Return how much was accepted."""
        return yuan_text(self.spent_fen)

    @property
    def claimed_text(self) -> str:
        """Return how much is claimed, with what was accepted."""
        return yuan_text(self.claimed_fen)

    @property
    def left_text(self) -> str:
        """Return how much may still be claimed, or by how much it is over."""
        return (
            yuan_text(self.left_fen) if self.left_fen >= 0 else f"超出 {yuan_text(-self.left_fen)}"
        )

    @property
    def percent(self) -> int:
        """Return which share of the line is claimed, whole percents, downward."""
        return self.claimed_fen * 100 // self.line.fen if self.line.fen else 0


def expenses_spent(funding: Funding) -> QuerySet[Expense]:
    """Return the accepted expenses of a project: those of accepted reports that were allowed."""
    found: QuerySet[Expense] = Expense.objects.filter(
        report__funding=funding, report__state=S.ACCEPTED, state=E.CLAIMED
    )
    return found


def spent(funding: Funding) -> dict[int, int]:
    """Return how much was spent on each line, in fen; only what was accepted counts."""
    return _sums(expenses_spent(funding))


def claimed(funding: Funding) -> dict[int, int]:
    """Return how much each line was used up, in fen: accepted, waiting, or only written so far."""
    live = Expense.objects.filter(report__funding=funding, state=E.CLAIMED)
    return _sums(live.exclude(report__state=S.CANCELLED))


def _sums(expenses: QuerySet[Expense]) -> dict[int, int]:
    rows = expenses.order_by().values_list("line").annotate(fen=Sum("fen"))
    return {line: int(fen) for line, fen in rows}


def lines_of(funding: Funding) -> list[LineUse]:
    """Return the lines of a budget with their use; a line that a change emptied is left out."""
    done, asked = spent(funding), claimed(funding)
    return [
        LineUse(line, done.get(line.pk, 0), asked.get(line.pk, 0))
        for line in funding.lines.all()
        if line.fen or asked.get(line.pk)
    ]


def seen_before(*, fund_id: int, digest: str) -> Any:
    """Return the voucher of a fund with these very bytes, or none."""
    return (
        Voucher.objects.select_related("expense__report__funding")
        .filter(fund=fund_id, digest=digest, removed_at=None)
        .first()
    )
