"""Row C3 on a phone: a place is kept, the clock runs, one large button takes it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
Look = Callable[..., Page]
Examine = Callable[[Page], list[str]]


@pytest.mark.row("C3")
def test_a_place_that_is_kept_is_taken_with_one_large_button(look: Look, examine: Examine) -> None:
    page = look(account="demo-volunteer", elder=True)
    page.goto("/me/signups/?tab=waiting")
    page.get_by_role("link", name=re.compile("前答复")).first.click()
    expect(page.get_by_text("为您留到")).to_be_visible()
    expect(page.locator("[data-countdown]")).to_have_text(re.compile(r"^\d+:\d\d"))
    assert examine(page) == []
    accept = page.get_by_role("button", name="接受")
    box = accept.bounding_box()
    assert box is not None
    assert (box["height"] >= 56, box["width"] >= 300) == (True, True)
    accept.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("到场怎么签到")).to_be_visible()
