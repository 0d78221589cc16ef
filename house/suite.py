"""Run the tests on both databases and say in one line how it went."""

from __future__ import annotations

import json
import os
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from house import environment, postgres
from house.paths import PYTHON, VAR
from house.processes import Family
from house.words import say

CHOICES = ("sqlite", "postgres", "both")
WORKERS = 2
NO_TESTS_CHOSEN = 5


class Tally:
    """What all runs together said."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.failures: list[str] = []
        self.left_out: list[str] = []
        self.once: list[str] = []

    def add(self, database: str, path: Path, code: int) -> None:
        """Read what one run of pytest wrote down; a run that wrote nothing has failed."""
        if not path.exists():
            self.fail(f"{database}: pytest ended early with code {code}")
            return
        said = json.loads(path.read_text(encoding="utf-8"))
        failures = said.pop("failures")
        for reason, count in sorted(said.pop("left_out", {}).items()):
            self.once.append(f"{count} tests did not run again on {database}: {reason}")
        self.failures += [f"{database}: {test}" for test in failures]
        self.counts.update(said)
        if code not in (0, NO_TESTS_CHOSEN) and not failures:
            self.fail(f"{database}: pytest ended with code {code}")

    def fail(self, reason: str) -> None:
        """Count something that is no test as a failure."""
        self.counts["failed"] += 1
        self.failures.append(reason)

    def leave_out(self, reason: str) -> None:
        """Note what this machine lacks; where CI is set, that is a failure."""
        say(f"SKIPPED {reason}")
        if os.environ.get("CI"):
            self.fail(reason)
        self.left_out.append(reason)

    def say(self) -> int:
        """Print the failures and the closing line, and return the exit code."""
        if self.failures:
            say("", "FAILED", *(f"  {failure}" for failure in self.failures))
        if self.once:
            say("", *self.once)
        parts = [f"{self.counts[name]} {name}" for name in ("passed", "failed")]
        parts += [f"{self.counts[name]} skipped" for name in ("skipped",) if self.counts[name]]
        say("", ", ".join(parts))
        return 1 if self.counts["failed"] else 0


def test(family: Family, *, database: str, chosen: Sequence[str]) -> int:
    """Run the tests, or those that `chosen` (arguments of pytest) names; return the exit code."""
    environment.ensure(family, development=True)
    tally = Tally()
    programs = None if database == "sqlite" else postgres.find()
    whole = not chosen
    if whole:
        family.run(_coverage("erase"))
        _forget_migrated()
    with ExitStack() as server:
        url = server.enter_context(postgres.server(programs)) if programs else ""
        if url and whole:
            _make_ready(family, url)
        if database in ("sqlite", "both"):
            more = ["--leave-out-postgres"] if programs else []
            more += ["--leave-out-browser"] if programs and whole else []
            _run(family, tally, "sqlite", "", [*chosen, *more], whole=whole)
        if url:
            more = ["--leave-out-once"] if whole and database == "both" else []
            _run(family, tally, "postgres", url, [*chosen, *more], whole=whole)
    if not programs and database != "sqlite":
        tally.leave_out("PostgreSQL: no server found; install Debian's package `postgresql`")
    if whole:
        _judge_coverage(family, tally, database)
    return tally.say()


def _forget_migrated() -> None:
    """Let a whole run migrate from the beginning: `voluncity.testing.migrated` keeps the result."""
    for path in (VAR / "migrated").glob("*.sqlite3"):
        path.unlink()


def _make_ready(family: Family, url: str) -> None:
    """Migrate the database that those of the tests on PostgreSQL are copied from.

    Beside the tests on SQLite, of whose workers one waits meanwhile for the other to migrate; who
    needs it waits until it is there.
    """
    command = [str(PYTHON), "-m", "voluncity.testing.migrated"]
    family.start(command, environment.variables(DATABASE_URL=url, VOLUNCITY_DEMO="1"))


def _run(
    family: Family, tally: Tally, database: str, url: str, options: Sequence[str], *, whole: bool
) -> None:
    say("", f"── Tests on {database} " + "─" * 60)
    with tempfile.TemporaryDirectory(prefix="voluncity-test-") as folder:
        path = Path(folder) / "tally.json"
        # `voluncity.testing.turns` says who takes what.
        many = ["-q", "-n", str(WORKERS), "--dist", "loadfile"] if whole else []
        python = _coverage("run") if whole and database == "sqlite" else [str(PYTHON)]
        command = [*python, "-m", "pytest", f"--tally={path}", *many, *options]
        address = url or f"sqlite://{folder}/db.sqlite3"
        code = family.run(command, environment.variables(DATABASE_URL=address))
        tally.add(database, path, code)


def _coverage(verb: str, *options: str) -> list[str]:
    return [str(PYTHON), "-m", "coverage", verb, *options]


def _judge_coverage(family: Family, tally: Tally, database: str) -> None:
    """Hold the run on SQLite to the share of covered branches that pyproject.toml asks for.

    It has all tests but those that need PostgreSQL. What the other run covers besides is not
    counted: measuring costs a third of the time, and the gate only gets stricter.
    """
    if database == "postgres":
        return
    say("", "── Coverage of the run on SQLite " + "─" * 45)
    family.run(_coverage("combine", "--quiet"))
    gate = ["--fail-under=0"] if tally.counts["skipped"] else []
    if family.run(_coverage("report", *gate)):
        tally.fail("coverage is below the gate in pyproject.toml")
    elif gate:
        say("Not judged, because this machine ran only a part of the tests.")
