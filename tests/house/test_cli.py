"""The command `voluncity`: help, exit codes, refusal without keys."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from voluncity import cli

KEYS = ("VOLUNCITY_SECRET_KEY", "VOLUNCITY_DATA_KEYS", "VOLUNCITY_INDEX_KEY", "VOLUNCITY_DEMO")


def _voluncity(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name not in KEYS}
    return subprocess.run(
        [sys.executable, "-m", "voluncity", *arguments],
        env=kept | env,
        capture_output=True,
        text=True,
        check=False,
    )


def test_help_lists_every_command_and_needs_no_settings() -> None:
    done = _voluncity("--help")
    assert done.returncode == 0
    assert [line.split()[0] for line in done.stdout.splitlines() if line.startswith("  ")] == [
        "migrate",
        "load-reference",
        "create-admin",
        "import-volunteers",
        "serve",
        "worker",
        "check-books",
        "settle-stars",
        "demo",
        "manage",
    ]


@pytest.mark.parametrize("command", [name for name in cli.COMMANDS if name != "manage"])
def test_each_command_helps_without_keys(command: str) -> None:
    done = _voluncity(command, "--help")
    assert (done.returncode, done.stdout.startswith("usage: voluncity")) == (0, True), done.stderr


def test_no_command_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([]) == 2
    assert "用法：voluncity" in capsys.readouterr().out


def test_an_unknown_command_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["sereve"]) == 2
    assert "没有“sereve”这个命令。" in capsys.readouterr().err


def test_an_unknown_option_is_wrong_usage() -> None:
    assert _voluncity("serve", "--quickly", VOLUNCITY_DEMO="1").returncode == 2


@pytest.mark.parametrize("command", ["serve", "worker", "migrate"])
def test_a_start_without_a_secret_key_is_refused(command: str) -> None:
    done = _voluncity(command)
    assert (done.returncode, "VOLUNCITY_SECRET_KEY" in done.stderr) == (78, True)
    assert "Traceback" not in done.stderr


def test_a_database_that_was_not_migrated_is_not_served(tmp_path: Path) -> None:
    done = _voluncity(
        "serve", VOLUNCITY_DEMO="1", DATABASE_URL=f"sqlite://{tmp_path}/empty.sqlite3"
    )
    assert (done.returncode, "请先运行 voluncity migrate" in done.stderr) == (1, True)
