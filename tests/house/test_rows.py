"""Rows: a test says which row of the mission it shows, and the last result is kept."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from voluncity.testing import rows

MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
TUESDAY = datetime(2026, 3, 3, 1, 0, tzinfo=UTC)


def test_a_later_run_keeps_what_other_tests_and_databases_said(tmp_path: Path) -> None:
    path = tmp_path / "rows.json"
    first = {"a": rows.Result(["C3"], "failed"), "b": rows.Result(["C5"], "passed")}

    rows.remember(first, database="sqlite", at=MONDAY, path=path)
    rows.remember({"a": rows.Result(["C3"], "passed")}, database="sqlite", at=TUESDAY, path=path)
    rows.remember({"a": rows.Result(["C3"], "failed")}, database="postgres", at=TUESDAY, path=path)

    assert json.loads(path.read_text()) == {
        "a": {
            "rows": ["C3"],
            "results": {
                "sqlite": {"outcome": "passed", "at": "2026-03-03T01:00:00+00:00"},
                "postgres": {"outcome": "failed", "at": "2026-03-03T01:00:00+00:00"},
            },
        },
        "b": {
            "rows": ["C5"],
            "results": {"sqlite": {"outcome": "passed", "at": "2026-03-02T01:00:00+00:00"}},
        },
    }


def test_a_run_without_rows_leaves_the_file_alone(tmp_path: Path) -> None:
    rows.remember({}, database="sqlite", at=MONDAY, path=tmp_path / "rows.json")
    assert not (tmp_path / "rows.json").exists()


@pytest.mark.parametrize("mark", [pytest.mark.row("Z9"), pytest.mark.row("C99")])
def test_a_mark_with_an_unknown_row_is_refused(
    request: pytest.FixtureRequest, mark: pytest.MarkDecorator
) -> None:
    request.node.add_marker(mark)
    with pytest.raises(pytest.UsageError, match="the mission has no row"):
        rows.of(request.node)
    request.node.own_markers.remove(mark.mark)


def test_rows_of_a_test_are_sorted_by_section_and_number(request: pytest.FixtureRequest) -> None:
    request.node.add_marker(pytest.mark.row("C10", "C3"))
    request.node.add_marker(pytest.mark.row("A1", "C3"))
    assert rows.of(request.node) == ["A1", "C3", "C10"]
