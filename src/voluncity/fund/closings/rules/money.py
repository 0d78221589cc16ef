"""Accounts beside the budget, and what is left in the end; sums in fen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from voluncity.kernel.money import yuan_text


@dataclass(frozen=True)
class Row:
    """One line of the approved budget with what was accepted of its spending."""

    key: int  # of the line
    kind: str
    what: str
    budget: int
    spent: int

    @property
    def difference(self) -> int:
        """Return how much more (or less: negative) was spent."""
        return self.spent - self.budget

    @property
    def percent(self) -> int | None:
        """Return the difference in percent of the budget, away from zero; none without one."""
        if not self.budget:
            return None
        whole = -(-abs(self.difference) * 100 // self.budget)
        return whole if self.difference >= 0 else -whole

    def must_explain(self, most_percent: int) -> bool:
        """Return whether the difference is more than the city's number allows."""
        return abs(self.difference) * 100 > self.budget * most_percent

    @property
    def budget_text(self) -> str:
        """Return the budget as people read it."""
        return yuan_text(self.budget)

    @property
    def spent_text(self) -> str:
        """Return what was spent as people read it."""
        return yuan_text(self.spent)

    @property
    def difference_text(self) -> str:
        """Return the difference as people read it: 多 200 元（5%）, 少 1,000 元（10%）."""
        if not self.difference:
            return "没有偏差"
        word = "多" if self.difference > 0 else "少"
        share = "" if self.percent is None else f"（{abs(self.percent)}%）"
        return f"{word} {yuan_text(abs(self.difference))}{share}"


@dataclass(frozen=True)
class Balance:
    """The money of one funded project: what it got, what of it is accounted for."""

    awarded: int
    paid: int
    returned: int
    spent: int
    reserved: int

    @property
    def remainder(self) -> int:
        """Return what was paid, neither accepted as spent nor returned.

        Less than nothing means that the project spent more than it got: that is its own.
        """
        return self.paid - self.returned - self.spent

    @property
    def to_return(self) -> int:
        """Return how much still has to come back."""
        return max(0, self.remainder)

    @property
    def own(self) -> int:
        """Return how much the project spent beyond what it got."""
        return max(0, -self.remainder)

    @property
    def counted(self) -> int:
        """Return how much of the spending the fund bears: never more than it paid."""
        return self.spent - self.own


def totals(rows: Sequence[Row]) -> tuple[int, int]:
    """Return budget and spending of all lines."""
    return sum(row.budget for row in rows), sum(row.spent for row in rows)
