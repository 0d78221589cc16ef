"""What every test database is copied from: complete, and never stale."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from house.paths import SRC
from voluncity.testing import migrated

A_MIGRATION = "voluncity/city/journal/migrations/0001_initial.py"
WHAT_ONE_IMPORTS = "voluncity/city/journal/append_only.py"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A copy of what the digest reads."""
    source = tmp_path / "src"
    keep = [*SRC.glob("voluncity/**/migrations/*.py"), SRC / WHAT_ONE_IMPORTS]
    keep += [
        SRC / migrated.COMMAND,
        SRC / "voluncity/config/settings.py",
        SRC.parent / "requirements.txt",
    ]
    for path in keep:
        copy = tmp_path / path.relative_to(SRC.parent)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    return source


def _add(path: str) -> Callable[[Path], None]:
    def add(source: Path) -> None:
        with (source / path).open("a") as file:
            file.write("\n# another line\n")

    return add


def _remove(source: Path) -> None:
    (source / A_MIGRATION).unlink()


CHANGES = {
    "a migration": _add(A_MIGRATION),
    "one that is gone": _remove,
    "what a migration imports": _add(WHAT_ONE_IMPORTS),
    "how they are done": _add(migrated.COMMAND),
    "the settings": _add("voluncity/config/settings.py"),
    "the packages": _add("../requirements.txt"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_of_what_makes_the_tables_makes_another_copy(
    source: Path, change: Callable[[Path], None]
) -> None:
    before = migrated.digest(source)
    change(source)
    assert migrated.digest(source) != before


def test_the_same_migrations_have_the_same_digest(source: Path) -> None:
    assert migrated.digest(source) == migrated.digest(source)


def test_every_migration_is_in_the_copy() -> None:
    with closing(sqlite3.connect(migrated.file())) as connection:
        done = connection.execute("SELECT app, name FROM django_migrations").fetchall()
    assert set(done) == set(MigrationLoader(None).disk_migrations)


@pytest.mark.django_db
def test_a_test_database_has_nothing_left_to_migrate() -> None:

    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []
