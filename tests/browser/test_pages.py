"""What every page for residents owes them: small, strict, quiet, readable."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from voluncity.testing import crawl, live

pytestmark = pytest.mark.browser
Look = Callable[..., Page]
Examine = Callable[[Page], list[str]]

MOST_BYTES = 60 * 1024
OWN = ["/me/", "/me/signups/", "/hours/", "/leaderboards/", "/messages/", "/tokens/", "/scan/"]
CITY = ["/", "/find/", "/orgs/", "/stations/", "/publicity/", "/privacy/", "/design/"]
ANYBODY = ["/", "/login/", "/login/?way=password", "/join/", "/find/", "/orgs/", "/honor/v/",
           "/offline", "/news/", "/api/v1/docs"]  # fmt: skip
SIZES = pytest.mark.parametrize("elder", [False, True], ids=["390", "elder"])


def walked(page: Page, examine: Examine, start: list[str], follow: crawl.Follow) -> list[str]:
    """Return everything that is wrong with the pages that can be reached from here."""
    wrong: list[str] = []
    for address, answer in crawl.walk(page, start, follow=follow):
        if not answer.ok:
            wrong.append(f"{address}: {answer.status}")
        elif "text/html" in answer.headers["content-type"]:
            wrong += examine(page)
    return wrong


@SIZES
@pytest.mark.row("A3")
def test_every_page_about_oneself_is_right(look: Look, examine: Examine, *, elder: bool) -> None:
    page = look(account="demo-volunteer", elder=elder)
    assert walked(page, examine, OWN, _is_own) == []


@SIZES
def test_every_page_about_the_city_is_right(look: Look, examine: Examine, *, elder: bool) -> None:
    page = look(account="demo-volunteer", elder=elder)
    assert walked(page, examine, CITY, _is_of_the_city) == []


def _is_of_the_city(address: str) -> bool:
    return not (_is_own(address) or "/desk" in address or address.startswith("/training/"))


def _is_own(address: str) -> bool:
    return address.startswith(
        ("/me/", "/hours/", "/leaderboards/", "/messages/", "/tokens/", "/scan/")
    )


@SIZES
def test_every_public_page_is_right(look: Look, examine: Examine, *, elder: bool) -> None:
    page = look(elder=elder)
    page.goto("/")
    assert walked(page, examine, ANYBODY, _is_open_to_anybody) == []


def _is_open_to_anybody(address: str) -> bool:
    return address.startswith(("/activities/", "/projects/", "/news/"))


def _weighed(page: Page, address: str) -> int:
    """Open a page with an empty cache and return the bytes that came over the wire."""
    page.goto("about:blank")
    session = page.context.new_cdp_session(page)
    sizes: list[float] = []
    session.send("Network.enable")
    session.send("Network.clearBrowserCache")
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(address, wait_until="networkidle")
    session.detach()
    return round(sum(sizes))


def test_the_first_view_of_home_list_and_detail_is_light(look: Look) -> None:
    page = look()
    page.goto("/find/")
    detail = page.locator(".media__title a").first.get_attribute("href")
    assert detail is not None
    sizes = {address: _weighed(look(), address) for address in ("/", "/find/", detail)}
    assert {address: size for address, size in sizes.items() if size > MOST_BYTES} == {}
    assert min(sizes.values()) > 5_000, sizes  # something was weighed


@pytest.fixture(scope="module")
def home(city: live.Live) -> Iterator[Any]:
    asked = urllib.request.Request(f"{city.url}/", headers={"Accept-Encoding": "gzip"})  # noqa: S310
    with urllib.request.urlopen(asked) as answer:  # noqa: S310 -- our own loopback address
        yield answer.headers


def test_a_page_is_compressed_and_tells_caches_so(home: Any) -> None:
    assert (home["Content-Encoding"], "Accept-Encoding" in home["Vary"]) == ("gzip", True)


def test_a_page_allows_itself_nothing_that_it_does_not_need(home: Any) -> None:
    policy = home["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert (home["X-Frame-Options"], home["X-Content-Type-Options"], home["Referrer-Policy"]) == (
        "DENY", "nosniff", "same-origin",
    )  # fmt: skip


MEASURE = """() => {
  const seen = e => e.getClientRects().length && getComputedStyle(e).visibility !== 'hidden'
    && !e.closest('.sr, .skip, [aria-hidden=true]');
  const small = [];
  const targets = 'a, button, select, input:not([type=hidden]), summary';
  for (const e of document.querySelectorAll(targets)) {
    if (!seen(e)) continue;
    const box = e.closest('label') ?? e, r = box.getBoundingClientRect();
    const inText = getComputedStyle(e).display === 'inline' && e.closest('p, dd, li, td');
    const whole = e.closest('.media')?.getBoundingClientRect().height ?? 0;
    if (!inText && Math.max(r.height, whole) < 60)
      small.push(`${r.height}px: ${e.outerHTML.slice(0, 120)}`);
  }
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const e = walker.currentNode.parentElement;
    const words = walker.currentNode.data.trim();
    if (!words || !seen(e) || e.closest('script, style, noscript, option')) continue;
    const size = parseFloat(getComputedStyle(e).fontSize);
    if (size < 18) small.push(`${size}px: ${words.slice(0, 40)} in ${e.className}`);
  }
  return small;
}"""


@pytest.mark.row("A3")
def test_elder_mode_has_three_tabs_a_phone_number_large_words_and_large_targets(look: Look) -> None:
    page = look(account="demo-elder")
    page.get_by_role("button", name="长辈版").first.click()
    page.goto("/find/")
    detail = page.locator(".media__title a").first.get_attribute("href")
    wrong = {}
    for address in ("/", "/find/", str(detail), "/me/"):
        page.goto(address)
        assert page.locator(".tabbar__item:visible").count() == 3, address
        assert page.locator("a[href^='tel:']:visible").count() >= 1, address
        if small := page.evaluate(MEASURE):
            wrong[address] = small
    assert wrong == {}, json.dumps(wrong, ensure_ascii=False, indent=1)
