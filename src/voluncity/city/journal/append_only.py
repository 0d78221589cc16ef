"""Triggers that refuse to change or delete rows of a table, on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

Operation = Callable[[Apps, BaseDatabaseSchemaEditor], None]


def install_sql(vendor: str, table: str, changeable: Sequence[str], frozen: Sequence[str]) -> list[str]:
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
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} WHEN {changed} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
        ]
    return [
        f"CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$",
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} FOR EACH ROW "
        f"WHEN ({changed}) EXECUTE FUNCTION {table}_refuse()",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} FOR EACH ROW "
        f"EXECUTE FUNCTION {table}_refuse()",
    ]


def remove_sql(vendor: str, table: str) -> list[str]:
    """Return the statements that take the triggers away again."""
    if vendor == "sqlite":
        return [
            f"DROP TRIGGER IF EXISTS {table}_no_update",
            f"DROP TRIGGER IF EXISTS {table}_no_delete",
        ]
    return [
        f"DROP TRIGGER IF EXISTS {table}_no_update ON {table}",
        f"DROP TRIGGER IF EXISTS {table}_no_delete ON {table}",
        f"DROP FUNCTION IF EXISTS {table}_refuse()",
    ]


def install(table: str, *, frozen: Sequence[str], changeable: Sequence[str] = ()) -> Operation:
    """Return a migration step that makes `table` append-only."""

    def step(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        for statement in install_sql(editor.connection.vendor, table, changeable, frozen):
            editor.execute(statement)

    return step


def remove(table: str) -> Operation:
    """Return the reverse of `install`."""

    def step(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        for statement in remove_sql(editor.connection.vendor, table):
            editor.execute(statement)

    return step
