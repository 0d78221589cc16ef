"""W5: hundreds of thousands of people from a list, checked, sealed, unique, with a report."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator

from bench.city import City
from bench.databases import Postgres, Sqlite
from bench.programs import Done
from bench.table import Line, Target
from bench.workloads.rush import expect

WHOLE_CITY = 750_000
SECONDS = 600
SEEDS = {"csv": 51, "xlsx": 52}
# What an import writes for each person, and the column that names the volunteer.
TABLES = {"people_volunteer": "id", "people_consent": "volunteer_id"}


def w5(city: City) -> Iterator[Line]:
    """Import a city's people from CSV, then as many others from XLSX."""
    rows = round(WHOLE_CITY * _factor(city.scale))
    for kind, seed in SEEDS.items():
        city.prepare(f"list_{kind}", str(rows), str(seed))
        path = city.folder / f"people.{kind}"
        before = city.prepare("imported")
        who = (city.folder / "officer").read_text(encoding="utf-8")
        report = str(city.folder / f"report-{kind}.csv")
        asked = ["import-volunteers", str(path), "--by", who, "--report", report]
        done = city.voluncity(*asked, seconds=SECONDS)
        after = city.prepare("imported")
        limit = _copy_seconds(city, since=before["newest"])
        line = Line(
            f"W5 import, {kind.upper()}",
            done.seconds,
            unit="s",
            errors=int(done.code != 0),
            limit=limit,
            limit_name="COPY" if city.database.kind == "postgres" else "executemany",
            megabytes=done.peak_mb,
            target=_target(city, kind),
        )
        added = after["volunteers"] - before["volunteers"]
        line.notes.append(
            f"{added:,} people, {done.seconds * 1e6 / max(1, rows):.0f} µs each, "
            f"{done.peak_mb:.0f} MB at most in all its processes"
        )
        _tell_failure(line, done)
        expect(line, {"added": added}, {"added": rows})
        yield line
        path.unlink()


def _factor(scale: str) -> float:
    return 1.0 if scale == "puyang" else float(scale)


def _target(city: City, kind: str) -> Target:
    """Return what is asked of a whole city; a part of it says little about the time."""
    if _factor(city.scale) < 1:
        return Target(mb_at_most=400)
    seconds = 90 if city.database.kind == "sqlite" else {"csv": 60, "xlsx": 75}[kind]
    return Target(at_most=seconds, ratio_at_least=0.4, mb_at_most=400)


def _tell_failure(line: Line, done: Done) -> None:
    if done.code:
        line.notes += [f"it said: {text}" for text in done.said.splitlines()[-5:]]


def _copy_seconds(city: City, *, since: int) -> float:
    """Return how long the bare rows take into tables that hold all others, with their indexes."""
    if isinstance(city.database, Postgres):
        return sum(_by_copy(city, city.database, *one, since) for one in TABLES.items())
    return sum(_by_executemany(city, city.database, *one, since) for one in TABLES.items())


def _by_copy(city: City, database: Postgres, table: str, key: str, since: int) -> float:
    path = city.folder / "rows.copy"
    statements = (
        "DROP SCHEMA IF EXISTS bench CASCADE",
        "CREATE SCHEMA bench",
        f"CREATE TABLE bench.row (LIKE {table} INCLUDING ALL)",
        f"INSERT INTO bench.row SELECT * FROM {table} WHERE {key} <= {since}",
        "VACUUM ANALYZE bench.row",
        f"\\copy (SELECT * FROM {table} WHERE {key} > {since} ORDER BY id) TO '{path}'",
    )
    for statement in statements:
        database.ask(statement, name=city.name)
    began = time.perf_counter()
    database.ask(f"\\copy bench.row FROM '{path}'", name=city.name)
    took = time.perf_counter() - began
    database.ask("DROP SCHEMA bench CASCADE", name=city.name)
    path.unlink()
    return took


def _by_executemany(city: City, database: Sqlite, table: str, key: str, since: int) -> float:
    """Put the rows into a table of a file of its own, in one durable transaction."""
    connection = sqlite3.connect(city.folder / "limit.sqlite3", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("ATTACH ? AS city", [str(database.path(city.name))])
    made = connection.execute(
        "SELECT sql FROM city.sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL "
        "AND type IN ('table', 'index') ORDER BY type DESC",
        [table],
    ).fetchall()
    for (sql,) in made:
        connection.execute(sql)
    connection.execute(f"INSERT INTO {table} SELECT * FROM city.{table} WHERE {key} <= ?", [since])
    found = connection.execute(f"SELECT * FROM city.{table} WHERE {key} > ?", [since])
    rows = found.fetchall()
    marks = ", ".join("?" * len(found.description))
    began = time.perf_counter()
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
    connection.execute("COMMIT")
    took = time.perf_counter() - began
    connection.close()
    for one in city.folder.glob("limit.sqlite3*"):
        one.unlink()
    return took
