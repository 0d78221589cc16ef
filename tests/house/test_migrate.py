"""`voluncity migrate`: the quick way makes what Django's own way makes, and is for new cities."""

from __future__ import annotations

import faulthandler
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from django.core.management import call_command
from django.core.management.commands import migrate
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from voluncity.doors.portal.management.commands.migrate import QuickExecutor, _is_unused, _quickly
from voluncity.testing import live, machine, migrated
from voluncity.testing.make_people import make_user

SOME = "rewards"  # a slice that needs about half of all migrations


@pytest.fixture
def new(tmp_path: Path) -> Iterator[str]:
    """Return an empty database beside that of the tests."""
    faulthandler.cancel_dump_traceback_later()  # the commands that fill it have their own limits
    with live.database(f"new_{machine.database_kind()}", folder=tmp_path) as url:
        yield url


@pytest.mark.django_db
def test_the_quick_way_makes_what_djangos_own_way_makes(new: str) -> None:
    live.run_module(new, "voluncity.testing.migrating")
    assert migrated.schema(new) == migrated.schema(migrated.url())


@pytest.mark.django_db
def test_a_new_city_that_was_left_half_made_is_finished(new: str) -> None:
    live.run_module(new, "voluncity.testing.migrating", SOME)
    begun = migrated.schema(new)
    live.run_module(new, "voluncity", "migrate")
    assert 0 < len(begun) < len(migrated.schema(new))
    assert migrated.schema(new) == migrated.schema(migrated.url())


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        "DROP INDEX hours_newest",
        "ALTER TABLE inbox_message ADD COLUMN extra integer",
        "ALTER TABLE inbox_message RENAME COLUMN title TO heading",
    ],
)
def test_saboteur_whose_schema_differs_is_seen(change: str, tmp_path: Path) -> None:
    kept = migrated.url()
    name = f"other_{machine.database_kind()}"
    with live.database(name, folder=tmp_path, copied_from=kept) as other:
        assert migrated.schema(other) == migrated.schema(kept)
        _do(other, change)
        assert migrated.schema(other) != migrated.schema(kept)


def _do(database_url: str, change: str) -> None:
    if database_url.startswith("sqlite"):
        with closing(sqlite3.connect(database_url.removeprefix("sqlite://"))) as file:
            file.execute(change)
            file.commit()
    else:
        name = urlsplit(database_url).path[1:]
        with psycopg.connect(live.address_of(database_url, name), autocommit=True) as server:
            server.execute(change.encode())


@pytest.mark.django_db
def test_a_city_is_unused_until_somebody_has_an_account() -> None:
    assert _is_unused(connection)
    make_user()
    assert not _is_unused(connection)


@pytest.mark.parametrize(("is_unused", "kind"), [(True, QuickExecutor), (False, MigrationExecutor)])
def test_a_city_with_people_is_migrated_in_djangos_own_way(is_unused: bool, kind: type) -> None:
    with _quickly(is_unused=is_unused):
        assert vars(migrate)["MigrationExecutor"] is kind
    assert vars(migrate)["MigrationExecutor"] is MigrationExecutor


@pytest.mark.django_db
def test_what_is_up_to_date_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("migrate", skip_checks=True)
    assert capsys.readouterr().out == "数据库已经是最新版本。\n"


@pytest.mark.django_db
def test_whoever_asks_for_a_plan_hears_djangos_own_words(
    capsys: pytest.CaptureFixture[str],
) -> None:
    call_command("migrate", plan=True, skip_checks=True)
    assert "No planned migration operations." in capsys.readouterr().out
