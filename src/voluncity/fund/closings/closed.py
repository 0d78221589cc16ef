"""Triggers: once a closing is closed, the database changes and deletes nothing of it.

Those against deleting are named as the guards of append-only tables are: `…_no_delete`,
`…_no_truncate`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from voluncity.city.journal.append_only import step

_OF_CLOSING = (
    "EXISTS (SELECT 1 FROM closings_closing c WHERE c.id = OLD.closing_id AND c.state = 'closed')"
)
_OF_VISIT = (
    "EXISTS (SELECT 1 FROM closings_visit v JOIN closings_closing c ON c.id = v.closing_id "
    "WHERE v.id = OLD.visit_id AND c.state = 'closed')"
)
_ANY_CLOSED = "EXISTS (SELECT 1 FROM closings_closing WHERE state = 'closed')"
# Table → when its row is of a closed closing. What is written once (0002) is never deleted anyway.
TABLES = {
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
# Which of them are guarded against changes as well (0002).
CHANGEABLE = (
    "closings_closing", "closings_visit", "closings_scorer", "closings_objection",
    "closings_attachment",
)  # fmt: skip
# Event of PostgreSQL → what fires it, and what its function answers when all is well.
_FIRED = {"update": ("ROW", "NEW"), "delete": ("ROW", "OLD"), "truncate": ("STATEMENT", "NULL")}


@dataclass(frozen=True)
class Guard:
    """One trigger: what it hinders on a table, and when."""

    table: str
    event: str
    when: str

    @property
    def name(self) -> str:
        """Return the name of the trigger, and of its function."""
        is_change = self.event == "update"
        return f"{self.table}_when_closed" if is_change else f"{self.table}_closed_no_{self.event}"

    def installed(self, vendor: str) -> list[str]:
        """Return the statements that install it."""
        before = f"CREATE TRIGGER {self.name} BEFORE {self.event.upper()} ON {self.table} "
        words = f"{self.table} is closed"
        if vendor == "sqlite":
            return [f"{before}WHEN {self.when} BEGIN SELECT RAISE(ABORT, '{words}'); END"]
        each, answer = _FIRED[self.event]
        refuse = (
            f"CREATE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {self.when} THEN RAISE EXCEPTION '{words}'; END IF; RETURN {answer}; END $$"
        )
        return [refuse, f"{before}FOR EACH {each} EXECUTE FUNCTION {self.name}()"]

    def removed(self, vendor: str) -> list[str]:
        """Return the statements that take it away."""
        if vendor == "sqlite":
            return [f"DROP TRIGGER IF EXISTS {self.name}"]
        return [
            f"DROP TRIGGER IF EXISTS {self.name} ON {self.table}",
            f"DROP FUNCTION IF EXISTS {self.name}()",
        ]


def against_change(_vendor: str) -> list[Guard]:
    """Return the guards of migration 0002."""
    return [Guard(table, "update", TABLES[table]) for table in CHANGEABLE]


def against_deleting(vendor: str) -> list[Guard]:
    """Return the guards of migration 0003.

    TRUNCATE, which SQLite has not, deletes without asking a row's trigger: it is refused as long
    as one closing is closed.
    """
    found = []
    for table, when in TABLES.items():
        found.append(Guard(table, "delete", when))
        if vendor != "sqlite":
            found.append(Guard(table, "truncate", _ANY_CLOSED))
    return found


def guards(vendor: str, table: str) -> list[Guard]:
    """Return all that guard a table once its closing is closed."""
    every = (*against_change(vendor), *against_deleting(vendor))
    return [one for one in every if one.table == table]


def _installed(found: Iterable[Guard], vendor: str) -> list[str]:
    return [statement for one in found for statement in one.installed(vendor)]


def _removed(found: Iterable[Guard], vendor: str) -> list[str]:
    return [statement for one in found for statement in one.removed(vendor)]


# Steps of migrations, and their reverse.
freeze = step(lambda vendor: _installed(against_change(vendor), vendor))
thaw = step(lambda vendor: _removed(against_change(vendor), vendor))
keep = step(lambda vendor: _installed(against_deleting(vendor), vendor))
let_go = step(lambda vendor: _removed(against_deleting(vendor), vendor))
