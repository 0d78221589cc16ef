"""Take indexes and foreign keys off large tables while they are filled, and put them back.

Definitions are read from the database itself and written into a table of their own in the
transaction that takes them off. Who is killed while they are put back runs `restore` again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.db import connection, transaction

KEPT = "scale_kept_definitions"

_POSTGRES_FOUND = """
    SELECT conrelid::regclass::text, conname, 'constraint', contype::text,
           pg_get_constraintdef(oid)
      FROM pg_constraint WHERE contype IN ('f', 'u') AND conrelid::regclass::text = ANY(%s)
    UNION ALL
    SELECT i.indrelid::regclass::text, c.relname, 'index', 'i', pg_get_indexdef(i.indexrelid)
      FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
     WHERE i.indrelid::regclass::text = ANY(%s)
       AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid
                          AND k.contype IN ('p', 'u', 'x'))
"""
_SQLITE_FOUND = "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'index' AND sql <> ''"


def take_off(tables: Sequence[str]) -> int:
    """Drop what only slows filling; return how many definitions were kept. In a transaction."""
    found = _postgres(tables) if connection.vendor == "postgresql" else _sqlite(tables)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {KEPT} (place integer PRIMARY KEY, statement text NOT NULL)")
        for place, (drop, make) in enumerate(found):
            cursor.execute(drop)
            cursor.execute(f"INSERT INTO {KEPT} VALUES (%s, %s)", [place, make])  # noqa: S608 -- our own name
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    return len(found)


def _postgres(tables: Sequence[str]) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        # What earlier statements of this transaction left to check would forbid to alter a table.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(_POSTGRES_FOUND, [list(tables), list(tables)])
        rows = cursor.fetchall()
    # Indexes first: checking a foreign key reads the other table's key, which stays.
    rows.sort(key=lambda row: ("iuf".index(row[3]), row[0], row[1]))
    return [
        (f'DROP INDEX "{name}"', make)
        if sort == "index"
        else (
            f'ALTER TABLE {table} DROP CONSTRAINT "{name}"',
            f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {make}',
        )
        for table, name, sort, _, make in rows
    ]


def _sqlite(tables: Sequence[str]) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(_SQLITE_FOUND)
        rows = [row for row in cursor.fetchall() if row[0] in set(tables)]
    return [(f'DROP INDEX "{name}"', make) for _, name, make in sorted(rows)]


def is_unfinished() -> bool:
    """Return whether a build was killed before everything was put back."""
    with connection.cursor() as cursor:
        return KEPT in connection.introspection.table_names(cursor)


def restore(progress: Callable[[int, int], object]) -> None:
    """Put back what is still missing, each definition in one transaction with its note."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT place, statement FROM {KEPT} ORDER BY place")  # noqa: S608 -- our own name
        kept = cursor.fetchall()
        for number, (place, statement) in enumerate(kept):
            progress(number, len(kept))
            with transaction.atomic():
                cursor.execute(statement)
                cursor.execute(f"DELETE FROM {KEPT} WHERE place = %s", [place])  # noqa: S608 -- our own name
        cursor.execute(f"DROP TABLE {KEPT}")
