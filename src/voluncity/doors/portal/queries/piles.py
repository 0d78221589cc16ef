"""Count the piles of the desk: all of a person's in one question to the database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple, cast

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, QuerySet

from voluncity.city.access.permissions import Permission
from voluncity.city.access.scopes import Scope

# A pile is counted up to here; nobody works off more on one day.
MOST = 500
_KEPT = 4096  # statements of piles, for as many scopes as staff of a city have


@dataclass(frozen=True)
class Waiting:
    """A pile of cases that wait for somebody, and for how many days the oldest has."""

    label: str
    count: int
    days: int
    url_name: str
    query: str = ""
    is_cut: bool = False  # there are more than `count`

    @property
    def tone(self) -> str:
        """Return how urgent the pile looks."""
        return "bad" if self.days >= 7 else "warn" if self.days >= 2 else "neutral"  # noqa: PLR2004


@dataclass(frozen=True)
class Pile:
    """Cases that wait; `rows` may depend on nothing but the scope: its statement is kept.

    `author` names the column of who may not decide the case: what one has asked for oneself
    waits for somebody else and is not counted.
    """

    label: str
    permission: Permission
    rows: Callable[[Scope], QuerySet[Any]]
    since: str
    url_name: str
    query: str = ""
    # By what a high pile is read, where an index leads along it; else by `since`.
    order: str = ""
    author: str = ""

    def of(self, count: int, oldest: datetime | None, *, at: datetime) -> Waiting:
        """Return the pile as it was counted."""
        days = (at - oldest).days if oldest else 0
        most = min(count, MOST)
        return Waiting(self.label, most, days, self.url_name, self.query, is_cut=count > MOST)


def count_piles(
    piles: Sequence[tuple[Pile, Scope]], *, at: datetime, user_id: int | None = None
) -> list[Waiting]:
    """Return how many cases lie in each pile within its scope, and since when the oldest waits.

    `user_id` is who looks: their own cases are left out where another one has to decide.
    """
    asked = [
        (pile, said)
        for pile, scope in piles
        if (said := _statement(pile, scope, user_id if pile.author else None))
    ]
    if not asked:
        return []
    sql = " UNION ALL ".join(
        f"SELECT {number}, COUNT(*), MIN(since) FROM ({said.sql} LIMIT {MOST + 1}) AS pile_{number}"  # noqa: S608
        for number, (_, said) in enumerate(asked)
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [value for _, said in asked for value in said.values])
        rows = cursor.fetchall()
    return [asked[number][0].of(count, _instant(oldest), at=at) for number, count, oldest in rows]


class _Statement(NamedTuple):
    sql: str
    values: tuple[Any, ...]


@lru_cache(maxsize=_KEPT)
def _statement(pile: Pile, scope: Scope, user_id: int | None) -> _Statement | None:
    """Return what reads since when each case waits.

    The oldest or most urgent first: a part of a high pile tells how old the whole pile is. It is
    kept, because to put so many questions into words takes longer than to answer them; none when
    nothing is within reach.
    """
    rows = pile.rows(scope).order_by(pile.order or pile.since).annotate(since=F(pile.since))
    if user_id is not None:
        rows = rows.exclude(**{pile.author: user_id})
    try:
        return _Statement(*rows.values_list("since").query.sql_with_params())
    except EmptyResultSet:
        return None


def _instant(value: Any) -> datetime | None:
    """Return an instant as the databases give it: SQLite keeps it as text, in UTC."""
    if isinstance(value, str):
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    return cast(datetime | None, value)
