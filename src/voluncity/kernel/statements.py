"""Statements of the hot paths: SQL by hand, once for each database, planned once a connection.

The ORM builds a statement anew each time (0.3 to 1 ms), and PostgreSQL plans it anew (as long
again for a dozen joins). Where thousands press at the same minute, both are spared here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Self, cast

from psycopg import Cursor, pq
from psycopg.types.numeric import Int8

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

Row = tuple[Any, ...]


class _Planned(Cursor[Row]):
    """Asks PostgreSQL to keep the plan, unless the database URL says `prepare=0`."""

    def __init__(self, connection: Any) -> None:
        super().__init__(connection)
        self.format = pq.Format.BINARY

    def execute(self, query: Any, params: Any = None, **how: Any) -> Self:
        """Run a statement with a plan that is kept."""
        return super().execute(query, params, **{"prepare": True, **how})


class Statement:
    """One statement with named parameters, `%(name)s`; a per cent sign is written twice."""

    def __init__(self, postgres: str, sqlite: str | None = None) -> None:
        texts = {"postgresql": postgres, "sqlite": postgres if sqlite is None else sqlite}
        self._texts = {vendor: text.strip() for vendor, text in texts.items()}

    def without(self, words: str) -> Statement:
        """Return the same without some words: what a saboteur would run.

        :raises ValueError: when the words are not there.
        """
        if not any(words in text for text in self._texts.values()):
            raise ValueError(f"{words!r} is not in the statement")
        postgres, sqlite = (text.replace(words, "") for text in self._texts.values())
        return Statement(postgres, sqlite)

    def row(self, connection: BaseDatabaseWrapper, params: Mapping[str, Any]) -> Row | None:
        """Run it and return its first row."""
        with self._run(connection, params) as cursor:
            row: Row | None = cursor.fetchone()
            return row

    def run(self, connection: BaseDatabaseWrapper, params: Mapping[str, Any]) -> int:
        """Run it and return how many rows it wrote."""
        with self._run(connection, params) as cursor:
            return int(cursor.rowcount)

    def insert(self, connection: BaseDatabaseWrapper, params: Mapping[str, Any]) -> int:
        """Run an INSERT of one row on SQLite and return its number."""
        with self._run(connection, params) as cursor:
            return int(cursor.lastrowid)

    def _run(self, connection: BaseDatabaseWrapper, params: Mapping[str, Any]) -> Any:
        # `django.db.connection` looks for the thread's connection at each touch: here once.
        connection = cast("BaseDatabaseWrapper", cast(Any, connection.cursor).__self__)
        cursor = _cursor(connection)
        cursor.execute(self._texts[connection.vendor], _adapted(connection, params))
        return cursor


def _cursor(connection: BaseDatabaseWrapper) -> Any:
    """Return a cursor in Django's wrapping, so that errors and tests find what they know."""
    if connection.vendor != "postgresql" or connection.queries_logged:
        return connection.cursor()  # a log shows the statement with its values
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    cursor: Any = _Planned(connection.connection)
    return connection.make_cursor(cursor)


def _adapted(connection: BaseDatabaseWrapper, params: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give PostgreSQL every whole number in one type: another type would be another plan."""
    if connection.vendor != "postgresql":
        return params
    return {name: Int8(value) if type(value) is int else value for name, value in params.items()}


def instant(value: datetime | str) -> datetime:
    """Return an instant as a database gave it; SQLite keeps UTC without saying so."""
    known = datetime.fromisoformat(value) if isinstance(value, str) else value
    return known if known.tzinfo is not None else known.replace(tzinfo=UTC)


def instant_or_none(value: datetime | str | None) -> datetime | None:
    """Return an instant, where there is one."""
    return None if value is None else instant(value)


def day(value: date | str) -> date:
    """Return a day as a database gave it."""
    return date.fromisoformat(value) if isinstance(value, str) else value
