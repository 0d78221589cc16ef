"""Movements one by one, and what was written by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Case, QuerySet, Value, When

from voluncity.city.access.scopes import Scope
from voluncity.fund.books.models import Entry, Posting
from voluncity.fund.books.states import EntryKind, PostingState
from voluncity.fund.governance.models import Fund


@dataclass(frozen=True)
class Filters:
    """Which movements somebody wants to see."""

    year: int | None = None
    kind: str = ""
    purpose_id: int | None = None
    is_free: bool = False


def entries(fund: Fund, filters: Filters) -> QuerySet[Entry]:
    """Return movements, the newest first."""
    found: QuerySet[Entry] = Entry.objects.filter(fund=fund).select_related(
        "transfer__debit", "transfer__credit", "transfer__by", "purpose", "serves", "resolution"
    )
    if filters.year is not None:
        found = found.filter(on__gte=date(filters.year, 1, 1), on__lte=date(filters.year, 12, 31))
    if filters.kind in EntryKind.values:
        found = found.filter(kind=filters.kind)
    if filters.is_free:
        found = found.filter(purpose=None)
    elif filters.purpose_id is not None:
        found = found.filter(purpose_id=filters.purpose_id)
    return found.order_by("-on", "-pk")


def waiting(scope: Scope) -> QuerySet[Posting]:
    """Return what somebody wrote by hand and another one has to book."""
    found: QuerySet[Posting] = Posting.objects.in_scope(scope)
    return found.filter(state=PostingState.PROPOSED)


def postings(fund: Fund) -> QuerySet[Posting]:
    """Return what was written by hand, what waits first."""
    found: QuerySet[Posting] = Posting.objects.filter(fund=fund)
    waits = Case(When(state=PostingState.PROPOSED, then=Value(0)), default=Value(1))
    return found.select_related("purpose", "made_by", "checked_by").order_by(waits, "-pk")
