"""Triggers that refuse to change or delete rows of a table, on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from django.apps.registry import Apps
from django.db import connection
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

Operation = Callable[[Apps, BaseDatabaseSchemaEditor], None]


def install_sql(
    vendor: str, table: str, *, changeable: Sequence[str], frozen: Sequence[str]
) -> list[str]:
    """Return the statements that make `table` append-only.

    Columns in `changeable` may be set once, from NULL; columns in `frozen` never.
    """
    operator = "IS NOT" if vendor == "sqlite" else "IS DISTINCT FROM"
    changed = " OR ".join(
        [f"OLD.{column} {operator} NEW.{column}" for column in frozen]
        + [
            f"(OLD.{column} IS NOT NULL AND OLD.{column} {operator} NEW.{column})"
            for column in changeable
        ]
    )
    return _sqlite(table, changed) if vendor == "sqlite" else _postgres(table, changed)


def _sqlite(table: str, changed: str) -> list[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    return [
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} WHEN {changed} {refuse}",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}",
    ]


def _postgres(table: str, changed: str) -> list[str]:
    refuse = f"EXECUTE FUNCTION {table}_refuse()"
    return [
        (
            f"CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
        ),
        (
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
            f"FOR EACH ROW WHEN ({changed}) {refuse}"
        ),
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} FOR EACH ROW {refuse}",
        # TRUNCATE deletes without asking a row's trigger.
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} {refuse}",
    ]


def guards(vendor: str, table: str) -> list[str]:
    """Return the names of the triggers that guard `table`."""
    names = [f"{table}_no_update", f"{table}_no_delete"]
    return names if vendor == "sqlite" else [*names, f"{table}_no_truncate"]


def remove_sql(vendor: str, table: str) -> list[str]:
    """Return the statements that take the triggers away again."""
    if vendor == "sqlite":
        return [f"DROP TRIGGER IF EXISTS {name}" for name in guards(vendor, table)]
    return [
        *(f"DROP TRIGGER IF EXISTS {name} ON {table}" for name in guards(vendor, table)),
        f"DROP FUNCTION IF EXISTS {table}_refuse()",
    ]


def missing_guards(table: str, wanted: Sequence[str] | None = None) -> list[str]:
    """Return the guards that the database should have and has not, or has switched off.

    `wanted` names other guards than those of an append-only table.
    """
    known = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s"
        if connection.vendor == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND tgenabled <> 'D'"
    )
    with connection.cursor() as cursor:
        cursor.execute(known, [table])
        found = {row[0] for row in cursor.fetchall()}
    names = guards(connection.vendor, table) if wanted is None else wanted
    return [name for name in names if name not in found]


def step(statements: Callable[[str], Iterable[str]]) -> Operation:
    """Return a migration step that runs the statements for the database at hand (its vendor)."""

    def run(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        for statement in statements(editor.connection.vendor):
            editor.execute(statement)

    return run


def install(table: str, *, frozen: Sequence[str], changeable: Sequence[str] = ()) -> Operation:
    """Return a migration step that makes `table` append-only."""
    return step(lambda vendor: install_sql(vendor, table, changeable=changeable, frozen=frozen))


def remove(table: str) -> Operation:
    """Return the reverse of `install`."""
    return step(lambda vendor: remove_sql(vendor, table))
