"""What every page of a desk owes those who work there: it opens, it is quiet and readable."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from voluncity.testing import crawl

pytestmark = pytest.mark.browser
Look = Callable[..., Page]
Examine = Callable[[Page], list[str]]

STAFF = (
    "demo-city-office", "demo-county-office", "demo-lead-unit", "demo-org-admin", "demo-leader",
    "demo-community", "demo-supervisor", "demo-security", "demo-auditor",
)  # fmt: skip


@pytest.fixture(scope="module")
def examined() -> set[str]:
    """Remember kinds of desk pages that axe has seen: it is slow, and roles share their pages."""
    return set()


@pytest.mark.parametrize("account", STAFF)
def test_every_page_of_a_desk_is_right(
    look: Look, examine: Examine, account: str, examined: set[str]
) -> None:
    page = look(desk=True, account=account)
    seen = [address for address in _rail(page) if "/desk" in address or "/training" in address]
    assert seen
    wrong: list[str] = []
    for address, answer in crawl.walk(page, ["/desk/", *seen], follow=_is_desk):
        if not answer.ok:
            wrong.append(f"{address}: {answer.status}")
        elif crawl.kind_of(address) not in examined:
            examined.add(crawl.kind_of(address))
            wrong += examine(page)
    assert wrong == []


def _rail(page: Page) -> list[str]:
    page.goto("/desk/")
    found: list[str] = page.eval_on_selector_all(
        "nav a[href]", "links => links.map(a => a.getAttribute('href'))"
    )
    return found


def _is_desk(address: str) -> bool:
    return "/desk" in address or address.startswith("/training/")
