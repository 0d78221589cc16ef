"""The limits write the same rows as the city does."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import models

from bench.limits import sqlite_loop, writes
from voluncity.city.journal.models import Entry
from voluncity.service.projects.models import Shift
from voluncity.service.signups.models import Agenda, Signup

TABLES: dict[str, type[models.Model]] = {"signup": Signup, "entry": Entry}


def _columns(statement: str) -> set[str]:
    found = re.search(r"\(([a-z_, ]+)\)", statement)
    assert found
    return set(found[1].split(", "))


def _wanted(model: type[models.Model]) -> set[str]:
    """Return the columns that no row can do without."""
    fields = model._meta.concrete_fields
    wanted = [field for field in fields if not field.null and not field.primary_key]
    return {str(field.column) for field in wanted}


@pytest.mark.parametrize("name", TABLES)
def test_limit_writes_every_column_that_must_be(name: str) -> None:
    model = TABLES[name]
    known = {field.column for field in model._meta.concrete_fields}
    for statement in (getattr(writes, name.upper()), getattr(sqlite_loop, name.upper())):
        assert _wanted(model) <= _columns(statement) <= known


def test_limit_copies_the_tables_of_a_signup() -> None:
    names = {model._meta.db_table for model in (Shift, Agenda, Signup, Entry)}
    assert set(sqlite_loop.TABLES) == names
    assert set(re.findall(r"LIKE (\w+)", writes.TABLES)) == names


def test_sqlite_loop_gives_its_rate(tmp_path: Path) -> None:
    city = tmp_path / "city.sqlite3"
    with sqlite3.connect(city) as made:
        for model in (Shift, Agenda, Signup, Entry):
            columns = [_column(field) for field in model._meta.concrete_fields]
            made.execute(f"CREATE TABLE {model._meta.db_table} ({', '.join(columns)})")
    program = [sys.executable, "-m", "bench.limits.sqlite_loop", f"sqlite://{city}"]
    arguments = [str(tmp_path / "work.sqlite3"), "2", "3", "20"]
    done = subprocess.run([*program, *arguments], capture_output=True, text=True, check=True)
    assert writes.RATE.fullmatch(done.stdout.strip())
    assert list(tmp_path.glob("work*")) == []


def _column(field: models.Field[object, object]) -> str:
    return f"{field.column} INTEGER PRIMARY KEY" if field.primary_key else str(field.column)
