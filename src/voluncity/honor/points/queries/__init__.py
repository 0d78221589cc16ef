"""What is asked about points."""

from voluncity.honor.points.queries.books import book_of, book_today, books
from voluncity.honor.points.queries.checks import faults
from voluncity.honor.points.queries.expiring import (
    expiring,
    expiry_key,
    unannounced,
    unannounced_to_guardians,
)
from voluncity.honor.points.queries.happenings import happenings
from voluncity.honor.points.queries.holdings import balance, earned, owed, pool_balance
from voluncity.honor.points.queries.office import pool
from voluncity.honor.points.queries.statement import (
    gifts_on_their_way,
    held,
    lines,
    moves,
    open_debts,
)

__all__ = [
    "balance",
    "book_of",
    "book_today",
    "books",
    "earned",
    "expiring",
    "expiry_key",
    "faults",
    "gifts_on_their_way",
    "happenings",
    "held",
    "lines",
    "moves",
    "open_debts",
    "owed",
    "pool",
    "pool_balance",
    "unannounced",
    "unannounced_to_guardians",
]
