"""Movements one by one, and what was written by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Case, F, QuerySet, Sum, Value, When

from voluncity.city.access.scopes import Scope
from voluncity.fund.books.models import Entry, Posting
from voluncity.fund.books.states import EFFECT, FIGURES, EntryKind, PostingState
from voluncity.fund.governance.models import Fund


@dataclass(frozen=True)
class Filters:
    """Which movements somebody wants to see: a kind, or all that one figure sums up."""

    year: int | None = None
    kind: str = ""
    purpose_id: int | None = None
    is_free: bool = False
    serves_id: int | None = None
    serves_none: bool = False
    is_until: bool = False  # everything until the end of the year

    @property
    def signs(self) -> dict[str, int]:
        """Return which kinds are asked for, and how each counts in their sum."""
        if self.kind in FIGURES:
            return dict(FIGURES[self.kind][1])
        if self.kind in EntryKind.values:
            return {self.kind: 1}
        return {kind.value: sign for kind, sign in EFFECT.items()}


def entries(fund: Fund, filters: Filters) -> QuerySet[Entry]:
    """Return movements, the newest first."""
    found: QuerySet[Entry] = Entry.objects.filter(fund=fund).select_related(
        "transfer__debit", "transfer__credit", "transfer__by", "purpose", "serves", "resolution"
    )
    if filters.year is not None:
        found = found.filter(on__lte=date(filters.year, 12, 31))
        if not filters.is_until:
            found = found.filter(on__gte=date(filters.year, 1, 1))
    if filters.kind:
        found = found.filter(kind__in=filters.signs)
    if filters.is_free:
        found = found.filter(purpose=None)
    elif filters.purpose_id is not None:
        found = found.filter(purpose_id=filters.purpose_id)
    if filters.serves_none:
        found = found.filter(serves=None)
    elif filters.serves_id is not None:
        found = found.filter(serves_id=filters.serves_id)
    return found.order_by("-on", "-pk")


def total(fund: Fund, filters: Filters) -> int:
    """Return what the movements come to, in fen: one kind's sum, a figure's, or what changed."""
    amount = Sum(F("transfer__amount") * F("sign"))
    rows = entries(fund, filters).order_by().values_list("kind").annotate(fen=amount)
    return sum(filters.signs[kind] * fen for kind, fen in rows)


def waiting(scope: Scope) -> QuerySet[Posting]:
    """Return what somebody wrote by hand and another one has to book."""
    found: QuerySet[Posting] = Posting.objects.in_scope(scope)
    return found.filter(state=PostingState.PROPOSED)


def postings(fund: Fund) -> QuerySet[Posting]:
    """Return what was written by hand, what waits first."""
    found: QuerySet[Posting] = Posting.objects.filter(fund=fund)
    waits = Case(When(state=PostingState.PROPOSED, then=Value(0)), default=Value(1))
    return found.select_related("purpose", "made_by", "checked_by").order_by(waits, "-pk")
