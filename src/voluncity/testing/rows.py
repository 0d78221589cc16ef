"""Remember which test shows which row of the mission, and how its last run went."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[3]
RESULTS = ROOT / "var" / "rows.json"


class Result(NamedTuple):
    """What one run of one test said about its rows."""

    rows: list[str]
    outcome: str


def of(item: pytest.Item) -> list[str]:
    """Return the rows that a test is marked with, in order and without repetition.

    :raises pytest.UsageError: when a mark names something that is no row of the mission.
    """
    named = [str(row) for mark in item.iter_markers("row") for row in mark.args]
    for row in named:
        if row not in _mission():
            raise pytest.UsageError(f"{item.nodeid}: the mission has no row {row!r}")
    return sorted(set(named), key=lambda row: (row[0], int(row[1:])))


@cache
def _mission() -> frozenset[str]:
    sections = json.loads((ROOT / "docs" / "mission_rows.json").read_text(encoding="utf-8"))
    return frozenset(row["id"] for section in sections for row in section["rows"])


def remember(
    results: Mapping[str, Result], *, database: str, at: datetime, path: Path = RESULTS
) -> None:
    """Merge the results of one run over those of earlier runs."""
    if not results:
        return
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    for nodeid, result in results.items():
        entry = known.setdefault(nodeid, {"results": {}})
        entry["rows"] = result.rows
        entry["results"][database] = {"outcome": result.outcome, "at": at.isoformat()}
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}.json")
    draft.write_text(json.dumps(known, indent=1, sort_keys=True), encoding="utf-8")
    draft.replace(path)
