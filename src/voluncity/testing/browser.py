"""Phones and desks for tests and pictures: a Chromium that tells what pages complain about."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from axe_playwright_python.base import AXE_SCRIPT as _AXE  # type: ignore[import-untyped]  # no types
from playwright.sync_api import expect, sync_playwright

from voluncity.testing import machine

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

QUIET = (
    "--no-sandbox", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run", "--disable-quic",
)  # fmt: skip
PHONE_WIDTH, DESK_WIDTH = 390, 1280
PHONE_HEIGHT, DESK_HEIGHT = 844, 900
FEWEST_LETTERS = 5
# Of the rest of what axe says, which would be most of it, nothing is read.
# What is half faded in has no color of its own yet; what turns without an end cannot be finished.
_SETTLED = "document.getAnimations().forEach(one => { try { one.finish() } catch (error) {} })"
_VIOLATIONS = "axe.run({resultTypes: ['violations']}).then(results => results.violations)"


@contextmanager
def chromium(*, env: Mapping[str, str | float | bool] | None = None) -> Iterator[Browser]:
    """Start the machine's Chromium, which talks to nobody but the pages it is told to open."""
    with sync_playwright() as play:
        started = play.chromium.launch(
            executable_path=machine.chromium(), args=list(QUIET), env=dict(env) if env else None
        )
        yield started
        started.close()


@dataclass
class Watch:
    """What pages complained about, and which other hosts they called."""

    complaints: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    def over(self, page: Page, ours: str) -> None:
        """Listen to a page; `ours` is the only address that it may call."""

        def heard(message: ConsoleMessage) -> None:
            # A refused form answers 4xx, which the browser notes; the page itself is right.
            if message.type in {"error", "warning"} and "status of 4" not in message.text:
                self.complaints.append(f"{page.url}: {message.text}")

        def called(request: Request) -> None:
            if not request.url.startswith((ours, "data:", "blob:")):
                self.foreign.append(request.url)

        page.on("console", heard)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on("request", called)


def context(
    browser: Browser, ours: str, *, desk: bool = False, elder: bool = False, scale: float = 1
) -> BrowserContext:
    """Open a fresh phone (390 px; in elder mode if wanted) or desk (1280 px)."""
    opened = browser.new_context(
        viewport={
            "width": DESK_WIDTH if desk else PHONE_WIDTH,
            "height": DESK_HEIGHT if desk else PHONE_HEIGHT,
        },
        base_url=ours,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        device_scale_factor=scale,
    )
    if elder:
        opened.add_cookies([{"name": "elder", "value": "1", "url": ours}])
    return opened


def sign_in(page: Page, account: str) -> None:
    """Log in with one tap as an account of the demo."""
    page.goto("/login/")
    page.locator(f"form:has(input[value='{account}']) button").click()
    page.wait_for_url(lambda url: "/login/" not in url)


def choose_place(page: Page, *places: str) -> None:
    """Choose county, street and community, each of which brings the next list."""
    for place in places:
        level = page.locator("[data-regions] select").filter(has_text=place)
        expect(level).to_have_count(1)
        # htmx listens to what it brought only after it has settled: 20 ms, too short for people.
        expect(page.locator(".htmx-request, .htmx-settling, .htmx-added")).to_have_count(0)
        level.select_option(label=place)


def faults(page: Page) -> list[str]:
    """Return what axe finds on a page, in short, and what nobody should ever see."""
    page.evaluate(_SETTLED)
    page.evaluate(_AXE)
    found: list[dict[str, Any]] = page.evaluate(_VIOLATIONS)
    words = [
        f"{page.url}: {one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]
    ]
    if len(page.locator("main").first.inner_text().strip()) < FEWEST_LETTERS:
        words.append(f"{page.url}: empty")
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        words.append(f"{page.url}: scrolls sideways")
    return words


def chinese_fonts(folder: Path) -> dict[str, str]:
    """Return an environment in which Chromium finds Chinese letters on any machine."""
    import pylopdf_fonts_zh_cn as fonts  # only pictures need letters

    settings = folder / "fonts.conf"
    settings.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        '<include ignore_missing="yes">/etc/fonts/fonts.conf</include>'
        f"<dir>{Path(fonts.sans_path()).parent}</dir></fontconfig>",
        encoding="utf-8",
    )
    return {"FONTCONFIG_FILE": str(settings)}
