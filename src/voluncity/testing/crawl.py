"""Follow the links of the city as one person sees them."""

from __future__ import annotations

import faulthandler
import re
from collections import deque
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import Page, Response

# Not pages: what is downloaded, what programs read, and the door that a fresh code opens.
NO_PAGES = re.compile(
    r"\.(ics|pdf|docx|xlsx|csv|zip|json|webmanifest|js|png|webp|svg)$|/(pdf|evidence)/"
    r"|^/(files|static|c)/"
)
# A link inside a drawing keeps its address in another shape.
_HREFS = "links => links.map(a => new URL(a.getAttribute('href'), location.href).href)"
MOST = 400  # kinds of pages that one person opens; far more are no kinds
Follow = Callable[[str], bool]


def kind_of(url: str) -> str:
    """Return what pages of one kind share: the path without numbers, the names in the query."""
    parts = urlsplit(url)
    path = re.sub(r"\d{4}-\d\d-\d\d|\d+|[A-Z]{2}[0-9A-Z]{8,}", "N", parts.path)
    names = sorted({name for name, _ in parse_qsl(parts.query, keep_blank_values=True)})
    return path + (f"?{'&'.join(names)}" if names else "")


class Seen:
    """What a walk has opened, so that each kind of page has its turn once.

    A list with six filters has sixty-four mixtures of them: each filter is looked at, and one
    mixture; another only where it brings a filter that was not there yet.
    """

    def __init__(self) -> None:
        self._kinds: set[str] = set()
        self._mixed: dict[str, set[str]] = {}

    def is_new(self, url: str) -> bool:
        """Return whether pages of this kind were not opened yet, and note that they are now."""
        kind = kind_of(url)
        path, _, query = kind.partition("?")
        names = set(query.split("&"))
        mixed = self._mixed.setdefault(path, set())
        if kind in self._kinds or (len(names) > 1 and names <= mixed):
            return False
        self._kinds.add(kind)
        if len(names) > 1:
            mixed |= names
        return True

    def __len__(self) -> int:
        return len(self._kinds)


def walk(
    page: Page, start: list[str], *, follow: Follow = lambda _: True
) -> Iterator[tuple[str, Response]]:
    """Open one page of every kind that can be reached by links; yield its address and answer.

    The page stands open while the caller has its turn. `follow` says where to go on.
    """
    # Hundreds of pages may take longer than a test that hangs: each page has a limit of its own.
    faulthandler.cancel_dump_traceback_later()
    ours = f"{urlsplit(page.url).scheme}://{urlsplit(page.url).netloc}"
    waiting, seen = deque(start), Seen()
    while waiting:
        address = waiting.popleft()
        if not seen.is_new(address):
            continue
        assert len(seen) <= MOST, f"more than {MOST} kinds of pages: is {address} a kind?"
        answer = page.goto(ours + address)
        assert answer is not None, address
        yield address, answer
        waiting += [found for found in _links(page, ours) if follow(found)]


def _links(page: Page, ours: str) -> list[str]:
    hrefs: list[str] = page.eval_on_selector_all("a[href]", _HREFS)
    paths = [href.removeprefix(ours).partition("#")[0] for href in hrefs if href.startswith(ours)]
    return [path for path in paths if path and not NO_PAGES.search(urlsplit(path).path)]
