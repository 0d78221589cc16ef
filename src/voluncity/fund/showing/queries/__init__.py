"""Read what everybody may see of a fund."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Sum

from voluncity.fund.books.models import Entry
from voluncity.fund.books.states import EntryKind as K
from voluncity.fund.closings.models import Closing, Result
from voluncity.fund.closings.states import ClosingState
from voluncity.fund.grants.models import Funding
from voluncity.fund.showing.queries.moves import weighed
from voluncity.fund.showing.queries.timings import longest_waiting, timings

__all__ = ["closing_of", "longest_waiting", "paid_of", "timings"]


def paid_of(awards: Sequence[str]) -> dict[str, int]:
    """Return award → what was paid and not returned, in fen; one question."""
    moved = Entry.objects.filter(award__in=awards, kind__in=[K.PAYMENT, K.RETURN]).order_by()
    counted = moved.values_list("award").annotate(fen=Sum(weighed({K.PAYMENT: 1, K.RETURN: -1})))
    return dict(counted)


def closing_of(project: Funding) -> Result | None:
    """Return how a closed project was judged; before that only those who act may know."""
    found: Closing | None = (
        Closing.objects.filter(funding=project, state=ClosingState.CLOSED)
        .select_related("result")
        .first()
    )
    return found.result if found else None
