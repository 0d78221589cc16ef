"""The pytest plugin of the house: settings for tests, marks, and what a run leaves behind.

It is loaded with `-p` (pyproject.toml), before pytest-django reads the settings.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from voluncity.testing import flush, machine, migrated, rows, turns

MARKS = (
    'row("C3", …): the rows of the mission that this test shows',
    "browser: drives a real Chromium",
    "postgres: means something on PostgreSQL only",
    'once("why"): a second database cannot change it, so the run on SQLite is enough',
)
SETTINGS = {
    "VOLUNCITY_DEMO": "1",
    "VOLUNCITY_PLAIN_STATIC": "1",
    "VOLUNCITY_IMMEDIATE_JOBS": "1",  # no worker runs beside a test; live cities have one
    "VOLUNCITY_SECRET_KEY": "a-key-for-tests-that-protects-nothing-at-all",
    # Playwright's synchronous interface keeps an event loop in the test's thread.
    "DJANGO_ALLOW_ASYNC_UNSAFE": "1",
}
# How many tests a run left to another one, by the reason.
LEFT_OUT: dict[str, int] = {}
for name, value in SETTINGS.items():
    os.environ.setdefault(name, value)


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("voluncity")
    group.addoption("--tally", metavar="PATH", help="write what passed and failed as JSON")
    group.addoption("--rows-to", metavar="PATH", help="write tests and their rows as JSON")
    group.addoption(
        "--leave-out-postgres",
        action="store_true",
        help="leave out tests that need PostgreSQL; another run has them",
    )
    group.addoption(
        "--leave-out-once",
        action="store_true",
        help="leave out tests that a second database cannot change; another run has them",
    )
    group.addoption(
        "--leave-out-browser",
        action="store_true",
        help="leave out what one database is enough to show in a browser; another run has it",
    )


def pytest_configure(config: pytest.Config) -> None:
    for mark in MARKS:
        config.addinivalue_line("markers", mark)
    _make_settings_quick()
    flush.step_over_guards()
    migrated.copy_for_tests()
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Recorder(config), "voluncity-recorder")


def _make_settings_quick() -> None:
    """Leave out what only costs time here: file scans per client, slow password hashing."""
    from django.conf import settings  # settings are readable only after pytest-django's set-up

    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "whitenoise" not in name]
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        item.user_properties.append(("rows", rows.of(item)))
    if config.getoption("--leave-out-postgres"):
        _leave_out(config, items, [one for one in items if one.get_closest_marker("postgres")])
    if config.getoption("--leave-out-once"):
        _leave_to_another(config, items, turns.once(items))
    if config.getoption("--leave-out-browser"):
        _leave_to_another(config, items, turns.in_one_browser(items))


def _leave_to_another(
    config: pytest.Config, items: list[pytest.Item], reasons: dict[pytest.Item, str]
) -> None:
    _leave_out(config, items, reasons)
    LEFT_OUT.update(turns.counted(reasons))


def _leave_out(
    config: pytest.Config, items: list[pytest.Item], left_out: Collection[pytest.Item]
) -> None:
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=list(left_out))


@pytest.hookimpl(tryfirst=True)  # before a worker tells what it has collected
def pytest_collection_finish(session: pytest.Session) -> None:
    if hasattr(session.config, "workeroutput"):
        turns.longest_first(session.items)
        session.config.workeroutput["left_out"] = LEFT_OUT
    path = session.config.getoption("--rows-to")
    if path:
        listed = {item.nodeid: rows.of(item) for item in session.items if rows.of(item)}
        Path(path).write_text(json.dumps(listed), encoding="utf-8")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> turns.ByFile:
    config.option.loadscopereorder = False  # the workers have put the longest first
    return turns.ByFile(config, log)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    LEFT_OUT.update(getattr(node, "workeroutput", {}).get("left_out", {}))


def pytest_runtest_setup(item: pytest.Item) -> None:
    reason = machine.lacks({mark.name for mark in item.iter_markers()})
    if reason:
        machine.do_without(reason)
    _forget_what_was_kept()


def _forget_what_was_kept() -> None:
    """Empty the cache: the database of the last test is gone as well."""
    from django.core.cache import cache  # readable only after pytest-django's set-up

    cache.clear()


class Recorder:
    """Collects the outcome of each test in the process that sees them all."""

    def __init__(self, config: pytest.Config) -> None:
        self.tally_path: str | None = config.getoption("--tally")
        self.outcomes: dict[str, str] = {}
        self.rows: dict[str, list[str]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        nodeid = report.nodeid
        known = self.outcomes.get(nodeid, "")
        if report.when == "call" or report.outcome != "passed":
            self.outcomes[nodeid] = "failed" if "failed" in known else report.outcome
        shown = dict(report.user_properties).get("rows")
        if isinstance(shown, list) and shown:
            self.rows[nodeid] = shown

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.outcomes[report.nodeid] = "failed"

    def pytest_sessionfinish(self) -> None:
        results = {
            nodeid: rows.Result(shown, self.outcomes[nodeid])
            for nodeid, shown in self.rows.items()
            if nodeid in self.outcomes
        }
        rows.remember(results, database=machine.database_kind(), at=datetime.now(UTC))
        if self.tally_path:
            failed = sorted(key for key, value in self.outcomes.items() if value == "failed")
            counts = Counter(self.outcomes.values())
            tally = {**counts, "failures": failed, "left_out": LEFT_OUT}
            Path(self.tally_path).write_text(json.dumps(tally), encoding="utf-8")
