"""Row D5 in a real browser: three taps to a vote on the phone, also with large type; the board."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from voluncity.testing.browser import faults

pytestmark = [pytest.mark.browser, pytest.mark.row("D5")]
Look = Callable[..., Page]


def test_a_volunteer_votes_in_three_taps_from_the_page_of_selections(look: Look) -> None:
    page = look(account="demo-volunteer", elder=True)
    page.goto("/awards/")
    assert faults(page) == []
    page.get_by_role("link", name="去投票").click()
    page.locator("input[name=chosen]").first.check()
    page.get_by_role("button", name="投票").click()
    expect(page.get_by_text("投票成功，谢谢您！").first).to_be_visible()
    expect(page.get_by_text("您投了这一票").first).to_be_visible()
    assert faults(page) == []
    page.get_by_role("link", name="看事迹").first.click()
    assert faults(page) == []


def test_the_office_sees_what_is_unusual_and_nobodys_vote(look: Look) -> None:
    page = look(account="demo-city-office", desk=True)
    page.goto("/awards/desk/")
    page.get_by_role("table").get_by_role("link").first.click()
    assert faults(page) == []
    page.get_by_role("link", name="投票", exact=True).click()
    expect(page.get_by_text("同一部手机")).to_be_visible()
    assert faults(page) == []
