"""Every figure of a fund: the sum of a list, by the same question that makes the list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from django.db.models import Count, Max, QuerySet, Sum

from voluncity.fund.governance.models import Fund, Purpose
from voluncity.fund.showing.queries import moves, projects
from voluncity.fund.showing.rules import Asked, Row, Sheet, Sums
from voluncity.kernel.refusals import NotFound

# In the order in which they are told.
SHEETS: dict[str, Sheet] = {
    one.key: one
    for one in (
        moves.RAISED, moves.GIFTS, moves.INTEREST, projects.APPLICATIONS, projects.ASKED,
        projects.AWARDED, moves.PAID, projects.SPENT, moves.COSTS, moves.RESERVED, moves.BALANCE,
    )
}  # fmt: skip
FIGURES = tuple(key for key in SHEETS if key != moves.GIFTS.key)
_AT_ONCE = 500


def sheet(key: str) -> Sheet:
    """Return a public list.

    :raises NotFound: when there is none of this name.
    """
    if key not in SHEETS:
        raise NotFound("没有这份清单，请从基金公开页面打开。")
    return SHEETS[key]


def listed(one: Sheet, fund: Fund, asked: Asked) -> QuerySet[Any]:
    """Return the records of a list that somebody asks for, the newest first."""
    found: QuerySet[Any] = moves.narrowed(one.found(fund), asked)
    return found


def total(one: Sheet, fund: Fund, asked: Asked) -> tuple[int, int]:
    """Return the figure, and of how many records it is the sum."""
    parts = listed(one, fund, asked).order_by().aggregate(fen=Sum("counted"), count=Count("pk"))
    return parts["fen"] or 0, parts["count"]


def changed(one: Sheet, fund: Fund, asked: Asked) -> Any:
    """Return when the newest record of a list was written, or nothing."""
    return listed(one, fund, asked).order_by().aggregate(at=Max("changed_in"))["at"]


def every_row(one: Sheet, fund: Fund, asked: Asked) -> Iterator[Row]:
    """Return all rows of a list, portion by portion."""
    found = listed(one, fund, asked).iterator(chunk_size=_AT_ONCE)
    while portion := list(islice(found, _AT_ONCE)):
        yield from one.rows(portion)


def sums(fund: Fund, keys: Iterable[str] = FIGURES) -> dict[str, Sums]:
    """Return every figure by year and purpose: one question for each list."""
    return {key: _sums(SHEETS[key], fund) for key in keys}


def _sums(one: Sheet, fund: Fund) -> Sums:
    rows = one.found(fund).order_by().values_list("year_in", "serves_in")
    counted = rows.annotate(part_fen=Sum("counted"), part_count=Count("pk"))
    return Sums({(year, serves): (fen or 0, count) for year, serves, fen, count in counted})


def purposes(fund: Fund) -> list[tuple[int | None, str]]:
    """Return what a fund serves or served, and what serves nothing special last."""
    found: list[tuple[int | None, str]] = list(
        Purpose.objects.filter(fund=fund).values_list("pk", "name")
    )
    return [*found, (None, "非限定")]
