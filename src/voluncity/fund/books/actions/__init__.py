"""Move a fund's money, write by hand what nobody else reports, and plan the year."""

from voluncity.fund.books.actions.budgets import (
    BudgetPlan,
    approve_budget,
    discard_budget,
    draft_budget,
    save_budget,
)
from voluncity.fund.books.actions.moving import (
    give_back,
    pay,
    receive,
    release,
    reserve,
    take_back,
)
from voluncity.fund.books.actions.postings import (
    PostingPlan,
    book,
    propose,
    propose_undoing,
    reject,
    withdraw,
)
from voluncity.fund.books.actions.reporting import note_export
from voluncity.fund.books.actions.writing import undo

__all__ = [
    "BudgetPlan",
    "PostingPlan",
    "approve_budget",
    "book",
    "discard_budget",
    "draft_budget",
    "give_back",
    "note_export",
    "pay",
    "propose",
    "propose_undoing",
    "receive",
    "reject",
    "release",
    "reserve",
    "save_budget",
    "take_back",
    "undo",
    "withdraw",
]
