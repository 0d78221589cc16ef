"""Read a fund's purses, its year against budget and law, its movements; prove the books."""

from voluncity.fund.books.queries.checks import faults
from voluncity.fund.books.queries.moves import (
    Filters,
    entries,
    postings,
    waiting,
)
from voluncity.fund.books.queries.purses import (
    Purse,
    available,
    funds,
    paid,
    purses,
    reserved,
    totals,
)
from voluncity.fund.books.queries.years import (
    BudgetRow,
    StatementRow,
    actual,
    budgets,
    by_year,
    compared,
    holding,
    limits_on,
    moved,
    of_year,
    ratios,
    statement,
    summed,
    years,
)

__all__ = [
    "BudgetRow",
    "Filters",
    "Purse",
    "StatementRow",
    "actual",
    "available",
    "budgets",
    "by_year",
    "compared",
    "entries",
    "faults",
    "funds",
    "holding",
    "limits_on",
    "moved",
    "of_year",
    "paid",
    "postings",
    "purses",
    "ratios",
    "reserved",
    "statement",
    "summed",
    "totals",
    "waiting",
    "years",
]
