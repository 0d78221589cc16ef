"""Triggers: once a closing is closed, the database deletes neither it nor what hangs on it.

They are named as the guards of append-only tables are: `…_no_delete`, `…_no_truncate`.
"""

from __future__ import annotations

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from voluncity.fund.closings import freezing

_OF_CLOSING = (
    "EXISTS (SELECT 1 FROM closings_closing c WHERE c.id = OLD.closing_id AND c.state = 'closed')"
)
_OF_VISIT = (
    "EXISTS (SELECT 1 FROM closings_visit v JOIN closings_closing c ON c.id = v.closing_id "
    "WHERE v.id = OLD.visit_id AND c.state = 'closed')"
)
# Table → when a row of it is kept. What is written once (0002) is never deleted anyway.
KEPT = {
    "closings_closing": "OLD.state = 'closed'",
    "closings_visit": _OF_CLOSING,
    "closings_scorer": _OF_CLOSING,
    "closings_objection": _OF_CLOSING,
    "closings_attachment": _OF_CLOSING,
    "closings_move": _OF_CLOSING,
    "closings_archive": _OF_CLOSING,
    "closings_visitor": _OF_VISIT,
    "closings_visitphoto": _OF_VISIT,
}
_ANY_CLOSED = "EXISTS (SELECT 1 FROM closings_closing WHERE state = 'closed')"


def guards(vendor: str, table: str) -> list[str]:
    """Return the names of all triggers that guard `table` once its closing is closed."""
    names = [freezing.guard(table)] if table in freezing.HANGING else []
    names.append(_name(table, "delete"))
    return names if vendor == "sqlite" else [*names, _name(table, "truncate")]


def _name(table: str, event: str) -> str:
    return f"{table}_closed_no_{event}"


def statements(vendor: str) -> list[str]:
    """Return the statements that install the triggers."""
    install = _sqlite if vendor == "sqlite" else _postgres
    return [statement for table, rule in KEPT.items() for statement in install(table, rule)]


def _sqlite(table: str, rule: str) -> list[str]:
    return [
        (
            f"CREATE TRIGGER {_name(table, 'delete')} BEFORE DELETE ON {table} WHEN {rule} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is closed'); END"
        )
    ]


def _postgres(table: str, rule: str) -> list[str]:
    made = []
    # TRUNCATE deletes without asking a row's trigger: it is refused as long as one is closed.
    for event, each, kept, back in (
        ("delete", "ROW", rule, "OLD"),
        ("truncate", "STATEMENT", _ANY_CLOSED, "NULL"),
    ):
        name = _name(table, event)
        made.append(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {kept} THEN RAISE EXCEPTION '{table} is closed'; END IF; RETURN {back}; END $$"
        )
        made.append(
            f"CREATE TRIGGER {name} BEFORE {event.upper()} ON {table} "
            f"FOR EACH {each} EXECUTE FUNCTION {name}()"
        )
    return made


def removals(vendor: str) -> list[str]:
    """Return the statements that take the triggers away."""
    if vendor == "sqlite":
        return [f"DROP TRIGGER IF EXISTS {_name(table, 'delete')}" for table in KEPT]
    return [
        statement
        for table in KEPT
        for event in ("delete", "truncate")
        for statement in (
            f"DROP TRIGGER IF EXISTS {_name(table, event)} ON {table}",
            f"DROP FUNCTION IF EXISTS {_name(table, event)}()",
        )
    ]


def keep(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Install the triggers: a step of a migration."""
    for statement in statements(editor.connection.vendor):
        editor.execute(statement)


def let_go(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Take the triggers away: the reverse of `keep`."""
    for statement in removals(editor.connection.vendor):
        editor.execute(statement)
