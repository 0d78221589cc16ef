"""Take a picture of every page, for people to look at.

python -m voluncity.testing.screenshots FOLDER HOME: every page into FOLDER, the home page for the
README to HOME.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from voluncity.testing import browser, crawl, live, migrated

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

RESIDENT = ("/", "/me/", "/find/", "/scan/", "/design/")
ANYBODY = ("/", "/login/", "/join/", "/honor/v/", "/offline")
SETTLE = 250  # milliseconds for fonts and htmx
TALLEST = 6000


@dataclass(frozen=True)
class Tour:
    """Who looks at which pages, and how."""

    mode: str
    account: str
    start: tuple[str, ...]

    @property
    def is_desk(self) -> bool:
        """Return whether it is a desk's tour."""
        return self.mode == "1280"


TOURS = (
    *(Tour(mode, "demo-volunteer", RESIDENT) for mode in ("390", "elder")),
    *(Tour(mode, "", ANYBODY) for mode in ("390", "elder")),
    *(
        Tour("1280", account, ("/desk/",))
        for account in (
            "demo-org-admin", "demo-city-office", "demo-leader", "demo-security", "demo-auditor",
        )
    ),
    Tour("1280", "demo-volunteer", RESIDENT),
)  # fmt: skip


def main(folder: Path, home: Path) -> None:
    """Build a demo city, serve it and take all pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.png"):
        old.unlink()
    with tempfile.TemporaryDirectory(prefix="voluncity-pictures-") as name:
        place = Path(name)
        os.environ["DATABASE_URL"] = f"sqlite://{place / 'none.sqlite3'}"
        built = live.demo_city(place, run="pictures", copied_from=migrated.url())
        fonts = {**os.environ, **browser.chinese_fonts(place)}
        with (
            live.serving(built.database_url, env=live.env_of(built)) as city,
            browser.chromium(env=fonts) as chromium,
        ):
            for tour in TOURS:
                _go(chromium, city.url, tour, folder)
            _home(chromium, city.url, home)


def _go(chromium: Browser, ours: str, tour: Tour, folder: Path) -> None:
    context = browser.context(chromium, ours, desk=tour.is_desk, elder=tour.mode == "elder")
    page = context.new_page()
    page.goto("/")
    if tour.account:
        browser.sign_in(page, tour.account)
    for address, _ in crawl.walk(page, list(tour.start), follow=_follows(tour)):
        path = folder / f"{_named(address)}-{tour.mode}.png"
        was_sent_on = urlsplit(page.url).path != urlsplit(address).path
        if not path.exists() and not was_sent_on:
            _take(page, path)
            print(path.name, flush=True)  # noqa: T201 -- a command tells what it does
    context.close()


def _take(page: Page, path: Path) -> None:
    """Make the window as tall as the page, so that fixed bars lie at its end, not across it."""
    usual = page.viewport_size
    assert usual
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({**usual, "height": min(max(height, usual["height"]), TALLEST)})
    page.wait_for_timeout(SETTLE)
    page.screenshot(path=path)
    page.set_viewport_size(usual)


def _follows(tour: Tour) -> crawl.Follow:
    if tour.is_desk and tour.start == ("/desk/",):
        return lambda address: "/desk" in address or address.startswith("/training/")
    return lambda address: "desk" not in address and "?" not in address


def _named(address: str) -> str:
    words = re.sub(r"[^\w]+", "_", crawl.kind_of(address)).strip("_")
    return words or "home"


def _home(chromium: Browser, ours: str, path: Path) -> None:
    context = browser.context(chromium, ours)
    page = context.new_page()
    page.goto("/")
    page.wait_for_timeout(SETTLE)
    path.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=path)
    context.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
