"""Take indexes and foreign keys off large tables while they are filled, and put them back.

Definitions are read from the database itself and written into a table of their own, in the
transaction that takes them off. Each is put back in one transaction with its note, on PostgreSQL
two tables at a time: who is killed meanwhile runs `restore` again, and it goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from django.db import connection, transaction

KEPT = "scale_kept_definitions"
AT_ONCE = 2

_POSTGRES_FOUND = """
    SELECT conrelid::regclass::text, conname, contype::text, pg_get_constraintdef(oid)
      FROM pg_constraint WHERE contype IN ('f', 'u') AND conrelid::regclass::text = ANY(%s)
    UNION ALL
    SELECT i.indrelid::regclass::text, c.relname, 'i', pg_get_indexdef(i.indexrelid)
      FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
     WHERE i.indrelid::regclass::text = ANY(%s)
       AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid
                          AND k.contype IN ('p', 'u', 'x'))
"""
_SQLITE_FOUND = "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'index' AND sql <> ''"


class Definition(NamedTuple):
    """What is taken off a table, and the statements that put it back."""

    table: str
    drop: str
    make: tuple[str, ...]


def take_off(tables: Sequence[str]) -> None:
    """Drop what only slows filling, and keep its definitions. In a transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TABLE {KEPT} (place integer PRIMARY KEY, relation varchar(63) NOT NULL,"
            " statement text NOT NULL)"
        )
        place = 0
        for found in _definitions(tables):
            cursor.execute(found.drop)
            for statement in found.make:
                cursor.execute(
                    f"INSERT INTO {KEPT} VALUES (%s, %s, %s)",  # noqa: S608 -- our own name
                    [place, found.table, statement],
                )
                place += 1
    _defer()


def _definitions(tables: Sequence[str]) -> list[Definition]:
    found = _postgres(tables) if connection.vendor == "postgresql" else _sqlite(tables)
    return sorted(found, key=lambda one: tables.index(one.table))


def _postgres(tables: Sequence[str]) -> list[Definition]:
    _check_now()
    with connection.cursor() as cursor:
        cursor.execute(_POSTGRES_FOUND, [list(tables), list(tables)])
        # Plain indexes, then unique constraints, then foreign keys.
        rows = sorted(cursor.fetchall(), key=lambda row: ("iuf".index(row[2]), row[1]))
    return [_definition(*row) for row in rows]


def _definition(table: str, name: str, sort: str, make: str) -> Definition:
    if sort == "i":
        return Definition(table, f'DROP INDEX "{name}"', (make,))
    alter = f'ALTER TABLE "{table}"'
    drop, add = f'{alter} DROP CONSTRAINT "{name}"', f'{alter} ADD CONSTRAINT "{name}" {make}'
    if sort == "u":
        return Definition(table, drop, (add,))
    # In two steps: the long one locks neither table against the other worker.
    return Definition(table, drop, (f"{add} NOT VALID", f'{alter} VALIDATE CONSTRAINT "{name}"'))


def _sqlite(tables: Sequence[str]) -> list[Definition]:
    with connection.cursor() as cursor:
        cursor.execute(_SQLITE_FOUND)
        rows = sorted(row for row in cursor.fetchall() if row[0] in set(tables))
    return [Definition(table, f'DROP INDEX "{name}"', (make,)) for table, name, make in rows]


def _check_now() -> None:
    """Check what earlier statements left to check; a table that waits for it cannot be altered."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _defer() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def is_unfinished() -> bool:
    """Return whether a build was killed before everything was put back."""
    with connection.cursor() as cursor:
        return KEPT in connection.introspection.table_names(cursor)


def restore(say: Callable[[str], object]) -> None:
    """Put back what is still missing, and let the database look at its tables."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT relation, place, statement FROM {KEPT} ORDER BY place")  # noqa: S608 -- our own name
        kept: dict[str, list[tuple[int, str]]] = {}
        for relation, place, statement in cursor.fetchall():
            kept.setdefault(relation, []).append((place, statement))
    if connection.vendor == "postgresql" and not connection.in_atomic_block:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for relation in pool.map(_put_back_alone, kept.items()):
                say(relation)
    else:
        for each in kept.items():
            say(_put_back(each))
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
    _look_at(sorted(set(tables) - kept.keys()))
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {KEPT}")


def _put_back_alone(kept: tuple[str, list[tuple[int, str]]]) -> str:
    """Work in a thread, on a connection of its own."""
    try:
        return _put_back(kept)
    finally:
        connection.close()


def _put_back(kept: tuple[str, list[tuple[int, str]]]) -> str:
    relation, statements = kept
    for place, statement in statements:
        with transaction.atomic(), connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
            _check_now()
            cursor.execute(statement)
            cursor.execute(f"DELETE FROM {KEPT} WHERE place = %s", [place])  # noqa: S608 -- our own name
    _look_at([relation])
    return relation


def _look_at(tables: Sequence[str]) -> None:
    """Let the planner know the tables; on PostgreSQL index-only scans work at once."""
    names = [connection.ops.quote_name(table) for table in tables]
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            for name in names:
                cursor.execute(f"ANALYZE {name}")
        elif connection.in_atomic_block:
            cursor.execute(f"ANALYZE {', '.join(names)}")
        else:
            cursor.execute(f"VACUUM (ANALYZE) {', '.join(names)}")
