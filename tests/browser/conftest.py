"""One demo city, served for real, and phones and desks that look at it."""

from __future__ import annotations

import faulthandler
import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from voluncity.testing import browser as browsers
from voluncity.testing import live, migrated

Look = Callable[..., Page]
Examine = Callable[[Page], list[str]]


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[live.Live]:
    """Return the demo city, served with its worker on a database of its own."""
    # Building a city may take longer than a test that hangs: its commands have their own limits.
    faulthandler.cancel_dump_traceback_later()
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", "alone")[:12]
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent
    built = live.demo_city(shared, run=run, copied_from=migrated.url())
    folder = tmp_path_factory.mktemp("city")
    name = f"{folder.name}_{worker_id}_{run}".lower()
    files = shutil.copytree(built.files, folder / "files")
    env = {**live.env_of(built), "VOLUNCITY_FILES": str(files)}
    with (
        live.database(name, folder=folder, copied_from=built.database_url) as url,
        live.serving(url, env=env) as served,
    ):
        yield served


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsers.chromium() as chromium:
        yield chromium


@pytest.fixture
def watch() -> browsers.Watch:
    return browsers.Watch()


@pytest.fixture
def look(browser: Browser, city: live.Live, watch: browsers.Watch) -> Iterator[Look]:
    """Return a way to open a fresh phone (or a desk) on the city; complaints fail the test."""
    opened: list[BrowserContext] = []

    def open_page(*, desk: bool = False, elder: bool = False, account: str = "") -> Page:
        context = browsers.context(browser, city.url, desk=desk, elder=elder)
        opened.append(context)
        page = context.new_page()
        watch.over(page, city.url)
        if account:
            browsers.sign_in(page, account)
        return page

    yield open_page
    for context in opened:
        context.close()
    assert watch.complaints == []
    assert watch.foreign == []


@pytest.fixture
def examine() -> Examine:
    """Return what looks at each page of a walk with axe."""
    return browsers.faults
