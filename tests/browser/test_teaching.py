"""Row I4 on a phone: find a training, enroll, and read what is due; the desk opens it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from voluncity.testing.browser import faults

pytestmark = pytest.mark.browser
Look = Callable[..., Page]


@pytest.mark.row("I4")
def test_a_volunteer_finds_a_training_enrolls_and_sees_it_among_the_own(look: Look) -> None:
    page = look(account="demo-elder", elder=True)
    page.goto("/find/")
    page.get_by_role("link", name="近期培训").click()
    assert faults(page) == []
    page.get_by_role("link", name="应急救护培训（第 7 期）").click()
    page.get_by_role("button", name="报名参加").click()
    expect(page.get_by_text("您已报名")).to_be_visible()
    assert faults(page) == []
    page.get_by_role("link", name="我的培训").click()
    expect(page.get_by_role("link", name="应急救护培训（第 7 期）")).to_be_visible()
    assert faults(page) == []


@pytest.mark.row("I4")
def test_the_desk_shows_who_came_and_what_they_still_owe(look: Look) -> None:
    page = look(desk=True, account="demo-city-office")
    page.goto("/teaching/desk/?tab=past")
    assert faults(page) == []
    page.get_by_role("link", name="应急救护培训（第 6 期）").click()
    expect(page.get_by_text("待测验").first).to_be_visible()
    assert faults(page) == []
