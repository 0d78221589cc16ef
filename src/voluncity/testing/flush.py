"""Let a test that commits be cleaned up, though the database refuses to empty some tables.

Only the flush between tests steps over the guards of append-only tables; inside a test they hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections
from django.db.backends.utils import CursorWrapper


def step_over_guards() -> None:
    """Wrap Django's flush, once for all databases of a test run."""
    # Late: before Django is set up this module can only be imported by way of the models.
    from django.core.management.commands import flush as command
    from django.db.backends.base.operations import BaseDatabaseOperations

    # Django would write its own kinds of rows and permissions anew, which the city never reads.
    command.emit_post_migrate_signal = lambda *_: None  # type: ignore[attr-defined]
    flush = BaseDatabaseOperations.execute_sql_flush

    def flush_without_guards(self: Any, sql_list: Iterable[str]) -> None:
        with connections[self.connection.alias].cursor() as cursor, _no_guards(cursor):
            flush(self, sql_list)

    BaseDatabaseOperations.execute_sql_flush = flush_without_guards  # type: ignore[method-assign]


@contextmanager
def _no_guards(cursor: CursorWrapper) -> Iterator[None]:
    take_off, put_back = _sqlite(cursor) if cursor.db.vendor == "sqlite" else _postgres(cursor)
    for statement in take_off:
        cursor.execute(statement)
    try:
        yield
    finally:
        for statement in put_back:
            cursor.execute(statement)


def _sqlite(cursor: CursorWrapper) -> tuple[list[str], list[str]]:
    cursor.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%%_no_delete'"
    )
    found = cursor.fetchall()
    return [f'DROP TRIGGER "{name}"' for name, _ in found], [sql for _, sql in found]


def _postgres(cursor: CursorWrapper) -> tuple[list[str], list[str]]:
    cursor.execute(
        "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgname LIKE '%%_no_truncate'"
    )
    found = cursor.fetchall()
    return tuple(  # type: ignore[return-value]
        [f"ALTER TABLE {table} {verb} TRIGGER {name}" for table, name in found]
        for verb in ("DISABLE", "ENABLE")
    )
