"""A city is copied whole and dropped whole."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from bench.databases import Sqlite
from bench.main import bench, refuse_scale
from house.processes import Family
from house.words import Stop


def test_city_in_a_file_is_copied_and_dropped(tmp_path: Path) -> None:
    database = Sqlite(tmp_path / "files")
    database.create("city")
    with sqlite3.connect(database.path("city")) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE person (name TEXT)")
        connection.execute("INSERT INTO person VALUES ('王芳')")
    database.settle("city")
    database.copy("city", "run")
    with sqlite3.connect(database.path("run")) as connection:
        assert connection.execute("SELECT name FROM person").fetchall() == [("王芳",)]
    database.drop("run")
    database.drop("run")
    assert (database.exists("city"), database.exists("run")) == (True, False)
    assert database.url("city") == f"sqlite://{tmp_path}/files/city.sqlite3"


@pytest.mark.parametrize("scale", ["puyang", "1", "0.05", "0.001", "1.0"])
def test_scale_is_the_city_or_a_share_of_it(scale: str) -> None:
    refuse_scale(scale)


@pytest.mark.parametrize(
    "scale", ["", "0", "0.0", "2", "1.5", "-1", "0.00001", "taiyuan", "½", "1e3"]
)
def test_other_scales_are_refused(scale: str) -> None:
    with pytest.raises(Stop, match="a factor like"):
        refuse_scale(scale)


def test_unknown_workload_is_refused_before_anything_starts() -> None:
    with pytest.raises(Stop, match="No workload is called w99") as stopped:
        bench(Family(), kind="sqlite", scale="0.05", names=["w1", "w99"], is_written=False)
    assert stopped.value.code == 2
