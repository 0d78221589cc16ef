"""Keep who took the books out."""

from __future__ import annotations

from datetime import datetime

from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.fund.governance.models import Fund


def note_export(*, fund: Fund, year: int, rows: int, by: User, at: datetime) -> None:
    """Write down that somebody took the movements of a year with them."""
    record("books.export", fund, by=by, at=at, year=year, rows=rows)
