"""A run tells everything that it measured, whatever fails on the way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench import main, table
from bench.city import City
from bench.databases import Sqlite
from bench.table import Line
from bench.workloads import WORKLOADS, WRITING
from house.paths import ROOT
from house.processes import Family
from house.words import Stop

FACTS = {
    "database": "SQLite 3", "scale": "puyang", "size": "5 MB", "date": "2026-03-05",
    "commit": "abc", "machine": "one", "versions": "Python 3", "settings": "a=b",
}  # fmt: skip


@pytest.fixture
def city(tmp_path: Path) -> City:
    return City(Family(), Sqlite(tmp_path / "files"), tmp_path, port=0, scale="0.05")


def _works(_city: City) -> Iterator[Line]:
    yield Line("W3", 5.0)


def _fails(_city: City) -> Iterator[Line]:
    yield Line("W4", 5.0)
    raise Stop("`bench.prepare honor` failed")


def test_workload_that_fails_is_an_error_and_the_others_go_on(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(WORKLOADS, "w3", _works)
    monkeypatch.setitem(WORKLOADS, "w4", _fails)
    found = [(line.workload, line.errors, line.notes) for line in main._lines(city, ["w4", "w3"])]
    assert found == [("W4", 1, ["`bench.prepare honor` failed"]), ("W3", 0, [])]


def test_wish_to_stop_ends_the_run(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(WORKLOADS, "w4", _fails)
    city.family.asked_to_stop = True
    with pytest.raises(Stop):
        list(main._lines(city, ["w4"]))


def test_every_workload_has_its_name_in_the_document() -> None:
    document = main.DOCUMENT.read_text(encoding="utf-8")
    assert all(f"| {name.upper().replace('B', 'b')} |" in document for name in WORKLOADS)
    for kind in main.KINDS:
        assert table.replaced(document, f"table {kind}", "x") != document
    assert set(WORKLOADS) > WRITING


@pytest.mark.parametrize("is_whole", [True, False])
def test_only_a_whole_run_gets_into_the_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_whole: bool
) -> None:
    document = tmp_path / "performance.md"
    document.write_text("<!-- table sqlite -->\nold\n<!-- /table sqlite -->\n", encoding="utf-8")
    monkeypatch.setattr(main, "DOCUMENT", document)
    monkeypatch.setattr(main, "FOLDER", tmp_path)
    monkeypatch.setattr(main, "ROOT", tmp_path)
    main._keep("sqlite", FACTS, [Line("W1", 5.0)], is_whole=is_whole, is_written=True)
    kept = json.loads((tmp_path / "latest-sqlite.json").read_text(encoding="utf-8"))
    assert (kept["facts"], kept["lines"][0]["value"]) == (FACTS, 5.0)
    assert ("| W1 | 5/s |" in document.read_text(encoding="utf-8")) == is_whole


def test_machine_is_described_without_its_name() -> None:
    assert " cores, " in main.machine()
    assert str(ROOT) not in main.heading(FACTS)
