"""Triggers: once a closing is closed, the database refuses to change it and what hangs on it."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# Table → its closing, as the row names it.
HANGING = {
    "closings_closing": "OLD.state = 'closed'",
    "closings_visit": "closing",
    "closings_scorer": "closing",
    "closings_objection": "closing",
    "closings_attachment": "closing",
}
_CLOSED = (
    "EXISTS (SELECT 1 FROM closings_closing c WHERE c.id = OLD.closing_id AND c.state = 'closed')"
)


def guard(table: str) -> str:
    """Return the name of the trigger that guards a table."""
    return f"{table}_when_closed"


def statements(vendor: str) -> list[str]:
    """Return the statements that install the triggers."""
    made = []
    for table, rule in HANGING.items():
        condition = _CLOSED if rule == "closing" else rule
        words = f"{table} is closed"
        if vendor == "sqlite":
            made.append(
                f"CREATE TRIGGER {guard(table)} BEFORE UPDATE ON {table} WHEN {condition} "
                f"BEGIN SELECT RAISE(ABORT, '{words}'); END"
            )
            continue
        made.append(
            f"CREATE FUNCTION {guard(table)}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {condition} THEN RAISE EXCEPTION '{words}'; END IF; RETURN NEW; END $$"
        )
        made.append(
            f"CREATE TRIGGER {guard(table)} BEFORE UPDATE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {guard(table)}()"
        )
    return made


def removals(vendor: str) -> list[str]:
    """Return the statements that take the triggers away."""
    if vendor == "sqlite":
        return [f"DROP TRIGGER IF EXISTS {guard(table)}" for table in HANGING]
    return [
        statement
        for table in HANGING
        for statement in (
            f"DROP TRIGGER IF EXISTS {guard(table)} ON {table}",
            f"DROP FUNCTION IF EXISTS {guard(table)}()",
        )
    ]


def freeze(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Install the triggers: a step of a migration."""
    for statement in statements(editor.connection.vendor):
        editor.execute(statement)


def thaw(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Take the triggers away: the reverse of `freeze`."""
    for statement in removals(editor.connection.vendor):
        editor.execute(statement)
