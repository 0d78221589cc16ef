"""Let the database look through a whole table and hand over only the rows that are wrong.

Written in SQL because the books of a city have millions of rows: reading them all as objects took
minutes. The sentence about a wrong row is still made by the rule itself, in Python.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

PAGE = 1_000


def wrong_ids(
    column: str, body: str, params: Sequence[Any] = (), *, page: int | None = None
) -> Iterator[int]:
    """Return the ids of the rows that `FROM … WHERE …` finds, lowest first.

    `column` names the id within `body`. They are counted first: of a clean book nothing else is
    asked, and a count is what PostgreSQL can spread over several processes. Then they come
    `page` at a time.
    """
    size, last = page or PAGE, 0
    if not _number(body, params):
        return
    while ids := _page(column, body, [*params, last, size]):
        yield from ids
        last = ids[-1]


def _number(body: str, params: Sequence[Any]) -> int:
    with _room_to_join(), connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) {body}", list(params))
        return int(cursor.fetchone()[0])


def _page(column: str, body: str, params: Sequence[Any]) -> list[int]:
    # Materialized: with the limit inside, the database expects to find the first rows soon and
    # compares every row with every other.
    query = (
        f"WITH wrong AS MATERIALIZED (SELECT DISTINCT {column} AS id {body} AND {column} > %s) "  # noqa: S608 -- our own words
        "SELECT id FROM wrong ORDER BY id LIMIT %s"
    )
    with _room_to_join(), connection.cursor() as cursor:
        cursor.execute(query, list(params))
        return [row[0] for row in cursor.fetchall()]


@contextmanager
def _room_to_join() -> Iterator[None]:
    """Give PostgreSQL memory to join two big tables, until this transaction ends.

    SQLite needs none, and there a transaction would keep everybody from writing.
    """
    if connection.vendor != "postgresql":
        yield
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '256MB'")
        cursor.execute("SET LOCAL jit = off")  # to compile these costs more than it saves
        yield
