"""What a database says about how it would answer a statement."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection

# Tables that grow with the people of a city, and with what they do.
BIG = frozenset({
    "hours_servicerecord", "journal_entry", "ledger_account", "ledger_transfer",
    "orgs_membership", "people_consent", "people_user", "people_volunteer",
    "recognition_total", "signups_agenda", "signups_attendance", "signups_signup",
})  # fmt: skip
EXPLAINABLE = ("SELECT", "UPDATE", "INSERT", "DELETE", "WITH")
ALIAS = re.compile(r'(?:FROM|JOIN) "?(\w+)"? (?:AS )?"?(\w+)"?', re.IGNORECASE)
SQLITE_PLAN = "EXPLAIN QUERY PLAN "
# Of so small a share of its table a walk along an index is no walk through the table.
NARROW = 0.1
SCAN = re.compile(r"^SCAN (?:TABLE )?(\S+)(?: USING (?:COVERING )?INDEX (\S+))?")


@dataclass(frozen=True)
class Walk:
    """A table, or an index of it, that is walked from end to end."""

    table: str
    index: str = ""

    def __str__(self) -> str:
        return f"{self.table} along {self.index}" if self.index else f"{self.table} row by row"


def walked(act: Callable[[], object], *, big: frozenset[str] = BIG) -> list[str]:
    """Return which of the big tables the database walks from end to end while something is done.

    What is read in some order until a page is full, or a count has reached its limit, is no walk
    to the end; nor is a walk along an index that was made for a few rows and holds only those.
    """
    return [
        f"{walk}: {sql}"
        for sql, params in _asked(act)
        for walk in _walks(sql, params)
        if walk.table in big and not is_narrow(walk)
    ]


def is_narrow(walk: Walk) -> bool:
    """Say whether an index has a condition that few rows of its table meet."""
    condition = _condition(walk.index) if walk.index else ""
    if not condition:
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FILTER (WHERE {condition}), count(*) FROM {walk.table}"  # noqa: S608
        )
        held, rows = cursor.fetchone()
    return bool(held <= rows * NARROW)


def _condition(index: str) -> str:
    """Return which rows an index holds, as its database words it; nothing when it holds all."""
    asked = "SELECT sql FROM sqlite_master WHERE type = 'index' AND name = %s"
    if connection.vendor == "postgresql":
        asked = "SELECT indexdef FROM pg_indexes WHERE indexname = %s"
    with connection.cursor() as cursor:
        cursor.execute(asked, [index])
        found = cursor.fetchone()
    return str(found[0]).partition(" WHERE ")[2] if found and found[0] else ""


def explained(act: Callable[[], object], *, naming: str) -> list[str]:
    """Return in words how the database answers each question of an action that names a column."""
    return [
        " · ".join(_plan(sql, params))
        for sql, params in _asked(act)
        if sql.startswith("SELECT") and naming in sql.partition(" WHERE ")[2]
    ]


def _plan(sql: str, params: Any) -> list[str]:
    prefix, column = ("EXPLAIN ", 0) if connection.vendor == "postgresql" else (SQLITE_PLAN, 3)
    with connection.cursor() as cursor:
        cursor.execute(prefix + sql, params)
        return [str(row[column]) for row in cursor.fetchall()]


def _asked(act: Callable[[], object]) -> list[tuple[str, Any]]:
    """Return each statement of an action once, with the values it was asked with first."""
    first: dict[str, Any] = {}

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        first.setdefault(sql, params[0] if many and params else params)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        act()
    return list(first.items())


def _walks(sql: str, params: Any) -> list[Walk]:
    if not sql.lstrip(" (\n").upper().startswith(EXPLAINABLE):
        return []
    return list((_postgres if connection.vendor == "postgresql" else _sqlite)(sql, params))


def _postgres(sql: str, params: Any) -> Iterator[Walk]:
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (FORMAT JSON) " + sql, params)
        answer = cursor.fetchone()[0]
    plan = json.loads(answer) if isinstance(answer, str) else answer
    yield from _nodes(plan[0]["Plan"], is_cut=False)


def _nodes(node: dict[str, Any], *, is_cut: bool) -> Iterator[Walk]:
    kind = node["Node Type"]
    if kind == "Limit":
        is_cut = True
    elif kind in {"Sort", "Aggregate", "Hash", "Materialize", "WindowAgg"}:
        is_cut = False  # these want all rows before they give the first
    if kind == "Seq Scan" and ("Filter" in node or not is_cut):
        yield Walk(node["Relation Name"])
    elif kind in {"Index Scan", "Index Only Scan"} and "Index Cond" not in node and not is_cut:
        yield Walk(node["Relation Name"], node["Index Name"])
    for inner in node.get("Plans", ()):
        yield from _nodes(inner, is_cut=is_cut)


def _sqlite(sql: str, params: Any) -> Iterator[Walk]:
    details = _plan(sql, params)
    names = {alias: table for table, alias in ALIAS.findall(sql)}
    is_cut = "LIMIT" in sql and "USE TEMP B-TREE FOR ORDER BY" not in details
    for detail in details:
        if match := SCAN.match(detail):
            name, index = match[1], match[2] or ""
            if not is_cut:
                yield Walk(str(names.get(name, name)), index)
