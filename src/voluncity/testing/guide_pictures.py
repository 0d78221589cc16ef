"""Take the pictures of the guides of `doors/help`, from the demo city.

python -m voluncity.testing.guide_pictures FOLDER [ADDRESS [NAME…]]: into a folder of each guide
below FOLDER; from the city that is served at ADDRESS, else from one that is built for it; all
pictures, or those named ("fund/closing").
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from voluncity.testing import browser, live, migrated

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SETTLE = 900  # milliseconds for fonts and htmx
TALLEST = 1500
COLORS = 64
MOST_BYTES = 120 * 1024


@dataclass(frozen=True)
class Picture:
    """One picture: who looks, where the way begins, and which links are followed."""

    name: str
    account: str
    start: str
    follow: tuple[str, ...] = ()
    is_phone: bool = False
    is_whole: bool = True  # the page down to its end, or what the window shows


ADMIN, LEADER, ELDER = "demo-org-admin", "demo-leader", "demo-volunteer"
PROJECT, ACTIVITY = r"/desk/projects/\d+/$", r"/desk/projects/activities/\d+/$"
SESSION, ROSTER = r"/teaching/desk/\d+/$", r"/desk/activities/\d+/roster/$"
BOOK = r"/offline/desk/activities/\d+/$"
PICTURES = (
    Picture("desk", ADMIN, "/desk/"),
    Picture("project-new", ADMIN, "/desk/projects/new/"),
    Picture("project", ADMIN, "/desk/projects/?state=running", (PROJECT,)),
    Picture(
        "activity-new", ADMIN, "/desk/projects/?state=running", (PROJECT, r"/activities/new/$")
    ),
    Picture("activity", LEADER, "/desk/projects/?state=running", (PROJECT, ACTIVITY)),
    Picture("rosters", LEADER, "/rosters/desk/", (r"/rosters/desk/\d+/$",)),
    Picture(
        "check-in-list", LEADER, "/teaching/desk/", (SESSION, ROSTER), is_phone=True,
    ),
    Picture(
        "offline", LEADER, "/teaching/desk/", (SESSION, ROSTER, BOOK, r"/offline/book/#\d+$"),
        is_phone=True,
    ),
    Picture("hours", ADMIN, "/hours/desk/"),
    Picture("doubt", ADMIN, "/integrity/mine/"),
    Picture("archive", ADMIN, "/archives/desk/", (r"/archives/desk/\d+/$",)),
    Picture("difficulty", LEADER, "/difficulties/report/"),
    Picture("training-new", ADMIN, "/teaching/desk/new/"),
    Picture("training-past", ADMIN, "/teaching/desk/?tab=past", (r"/teaching/desk/\d+/$",)),
    Picture("training-phone", ELDER, "/teaching/", (r"/teaching/\d+/$",), is_phone=True),
)  # fmt: skip


OFFICE, FINANCE = "demo-fund-office", "demo-fund-finance"
FUND_PICTURES = (
    Picture("desk", OFFICE, "/desk/"),
    Picture("governance", OFFICE, "/fund/governance/desk/", (r"/fund/governance/desk/\d+/$",)),
    Picture("books", OFFICE, "/fund/books/desk/", (r"/fund/books/desk/\d+/$",)),
    Picture("gifts", FINANCE, "/fund/donations/desk/gifts/"),
    Picture("calls", OFFICE, "/fund/calls/desk/"),
    Picture("review", OFFICE, "/fund/review/desk/"),
    Picture("fundings", OFFICE, "/fund/grants/desk/"),
    Picture("payouts", FINANCE, "/fund/payouts/desk/"),
    Picture("closings", OFFICE, "/fund/closings/desk/"),
    Picture(
        "closing", OFFICE, "/fund/closings/desk/?state=submitted",
        (r"/fund/closings/desk/\d+/$",),
    ),
    Picture("standards", OFFICE, "/fund/closings/desk/standards/", (r"/standards/\d+/score/$",)),
    Picture("public", OFFICE, "/fund/showing/", (r"/fund/showing/\d+/$",)),
)  # fmt: skip
RESIDENT_PICTURES = tuple(
    Picture(name, ELDER, start, is_phone=True, is_whole=False)
    for name, start in {
        "find": "/find/", "scan": "/scan/", "hours": "/hours/", "wishes": "/wishes/",
        "rewards": "/rewards/", "privacy": "/me/privacy/",
    }.items()
)  # fmt: skip
GUIDES = {"resident": RESIDENT_PICTURES, "organizers": PICTURES, "fund": FUND_PICTURES}


def main(folder: Path, address: str = "", *names: str) -> None:
    """Take all pictures, from a city that is served or from a new one."""
    with tempfile.TemporaryDirectory(prefix="voluncity-guide-") as name:
        place = Path(name)
        fonts = {**os.environ, "LANGUAGE": "zh_CN", **browser.chinese_fonts(place)}
        if address:
            with browser.chromium(env=fonts) as chromium:
                take_all(chromium, address, folder, names)
            return
        os.environ["DATABASE_URL"] = f"sqlite://{place / 'none.sqlite3'}"
        built = live.demo_city(place, run="guide", copied_from=migrated.url())
        with (
            live.serving(built.database_url, env=live.env_of(built)) as city,
            browser.chromium(env=fonts) as chromium,
        ):
            take_all(chromium, city.url, folder)


def take_all(chromium: Browser, ours: str, folder: Path, names: Collection[str] = ()) -> None:
    """Take the pictures named, or all; say which one found no page."""
    for guide, pictures in GUIDES.items():
        here = folder / guide
        here.mkdir(parents=True, exist_ok=True)
        _take_guide(
            chromium, ours, here,
            [one for one in pictures if not names or f"{guide}/{one.name}" in names],
        )  # fmt: skip


def _take_guide(chromium: Browser, ours: str, folder: Path, wanted: Collection[Picture]) -> None:
    for account, is_phone in sorted({(one.account, one.is_phone) for one in wanted}):
        context = browser.context(chromium, ours, desk=not is_phone)
        page = context.new_page()
        browser.sign_in(page, account)
        for one in wanted:
            if (one.account, one.is_phone) == (account, is_phone):
                found = _reach(page, one)
                if found:
                    _take(page, folder / f"{one.name}.png", is_whole=one.is_whole)
                print(one.name, page.url if found else "no page")  # noqa: T201 -- a command
        context.close()


def _reach(page: Page, one: Picture) -> bool:
    """Follow the links of a picture; return whether each was there."""
    answer = page.goto(one.start)
    if answer is None or not answer.ok:
        return False
    for pattern in one.follow:
        links = page.locator("main a").evaluate_all("all => all.map(one => one.href)")
        fit = next((link for link in links if re.search(pattern, link)), "")
        answer = page.goto(fit) if fit else None
        if answer is None or not answer.ok:
            return False
    return True


def _take(page: Page, path: Path, *, is_whole: bool) -> None:
    """Write a picture with few colors, small enough for a document."""
    usual = page.viewport_size
    assert usual
    height = page.evaluate("document.documentElement.scrollHeight") if is_whole else 0
    page.set_viewport_size({**usual, "height": min(max(height, usual["height"]), TALLEST)})
    page.wait_for_timeout(SETTLE)
    page.screenshot(path=path)
    page.set_viewport_size(usual)
    with Image.open(path) as taken:
        few = taken.convert("RGB").quantize(COLORS, dither=Image.Dither.NONE)
    few.save(path, optimize=True)
    if path.stat().st_size > MOST_BYTES:
        with Image.open(path) as large:
            half = large.convert("RGB").resize((large.width * 2 // 3, large.height * 2 // 3))
        half.quantize(COLORS, dither=Image.Dither.NONE).save(path, optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
