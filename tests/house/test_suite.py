"""`run.py test`: both databases, one verdict."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest

from house import checks, postgres
from house.paths import ROOT
from house.suite import Tally
from house.words import Stop
from tests.house import process_table
from voluncity.testing import machine


def _written(tmp_path: Path, **said: object) -> Path:
    path = tmp_path / "tally.json"
    path.write_text(json.dumps(said))
    return path


def test_the_runs_are_added_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tally = Tally()
    tally.add("sqlite", _written(tmp_path, passed=3, skipped=1, failures=[]), 0)
    tally.add("postgres", _written(tmp_path, passed=4, failed=1, failures=["test_a"]), 1)

    assert tally.say() == 1
    assert capsys.readouterr().out.splitlines()[-3:] == [
        "  postgres: test_a",
        "",
        "7 passed, 1 failed, 1 skipped",
    ]


def test_a_run_that_died_counts_as_a_failure(tmp_path: Path) -> None:
    tally = Tally()
    tally.add("sqlite", tmp_path / "missing.json", 139)
    assert tally.say() == 1


def test_a_run_that_ended_badly_without_a_failed_test_counts_as_a_failure(tmp_path: Path) -> None:
    tally = Tally()
    tally.add("sqlite", _written(tmp_path, passed=3, failures=[]), 1)
    assert tally.say() == 1


def test_a_run_in_which_nothing_was_chosen_is_no_failure(tmp_path: Path) -> None:
    tally = Tally()
    tally.add("sqlite", _written(tmp_path, failures=[]), 5)
    assert tally.say() == 0


def test_what_ran_on_one_database_only_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tally = Tally()
    tally.add("postgres", _written(tmp_path, passed=4, failures=[], left_out={"pure": 3}), 0)
    assert tally.say() == 0
    assert capsys.readouterr().out.splitlines() == [
        "",
        "3 tests did not run again on postgres: pure",
        "",
        "4 passed, 0 failed",
    ]


def test_what_a_machine_lacks_is_said_and_fails_only_for_the_ci(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("CI", raising=False)
    tally = Tally()
    tally.leave_out("PostgreSQL: none")
    assert (tally.say(), "SKIPPED PostgreSQL: none" in capsys.readouterr().out) == (0, True)

    monkeypatch.setenv("CI", "true")
    tally.leave_out("PostgreSQL: none")
    assert tally.say() == 1


def test_the_command_ends_with_the_count() -> None:
    done = subprocess.run(
        [sys.executable, "run.py", "test", "--db", "sqlite", "tests/house/test_rows.py", "-q"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "5 passed, 0 failed")


def test_an_unknown_check_is_wrong_usage() -> None:
    with pytest.raises(Stop, match="No check is called taste") as stop:
        checks.check(["taste"])
    assert stop.value.code == 2


def test_checks_see_the_environment_of_a_real_city(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOLUNCITY_DEMO", "1")
    env = checks.production_variables("folder")
    assert "VOLUNCITY_DEMO" not in env
    assert env["VOLUNCITY_HOSTS"] == "volunteer.example.org"


def test_our_own_postgresql_comes_and_goes() -> None:
    programs = postgres.find()
    if programs is None:
        machine.do_without("no PostgreSQL server found: install Debian's `postgresql`")
    with postgres.server(programs) as url:
        folder = url.partition("host=")[2]
        with psycopg.connect(host=folder, user="voluncity", dbname="postgres") as connection:
            row = connection.execute("SELECT current_setting('listen_addresses')").fetchone()
        server = int((Path(folder) / "data/postmaster.pid").read_text().split()[0])

    assert row == ("",)
    assert not Path(folder).exists()
    assert process_table.living([server]) == []


def test_what_a_kept_postgresql_holds_is_there_the_next_time() -> None:
    programs = postgres.find()
    if programs is None:
        machine.do_without("no PostgreSQL server found: install Debian's `postgresql`")
    with tempfile.TemporaryDirectory(prefix="voluncity-kept-") as name:
        Path(name).chmod(0o755)  # the server's own user passes through
        data = Path(name) / "data"
        with postgres.kept_server(programs, data, {"work_mem": "5MB"}) as url:
            assert _ask(url, "SHOW work_mem") == [("5MB",)]
            _ask(url, "CREATE DATABASE city")
        with postgres.kept_server(programs, data, {}) as url:
            assert _ask(url, "SELECT datname FROM pg_database WHERE datname = 'city'")


def _ask(url: str, statement: LiteralString) -> list[tuple[str, ...]]:
    folder = url.partition("host=")[2]
    address = f"host={folder} user=voluncity dbname=postgres"
    with psycopg.connect(address, autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []
