"""Rows E2 and E3 in a real browser: take an offer, show the code, have it redeemed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from voluncity.testing.browser import faults

pytestmark = pytest.mark.browser
Look = Callable[..., Page]


@pytest.mark.row("E2")
@pytest.mark.row("E3")
def test_an_offer_is_found_from_home_taken_shown_and_redeemed(look: Look) -> None:
    page = look(account="demo-volunteer")
    page.goto("/")
    page.get_by_role("link", name="回馈激励").click()
    assert faults(page) == []
    page.get_by_role("link", name="爱心牛肉面一碗").click()
    assert faults(page) == []
    page.get_by_role("button", name="确认兑换").click()
    expect(page.get_by_text("兑换成功！")).to_be_visible()
    expect(page.get_by_role("img", name="兑换券码")).to_be_visible()
    assert faults(page) == []
    desk = look(account="demo-merchant", desk=True)
    desk.goto("/rewards/desk/scan/")
    page.goto("/rewards/mine/")
    page.get_by_role("link", name="免费理发一次").click()
    # The digits are good for half a minute: nothing slow stands between reading and typing them.
    digits = page.get_by_label("十位数字").inner_text()
    desk.get_by_label("券码").fill(digits)
    desk.get_by_role("button", name="查券").click()
    expect(desk.get_by_text("可以使用")).to_be_visible()
    assert faults(desk) == []
    desk.get_by_role("button", name="确认核销").click()
    expect(desk.get_by_text("已核销，请交付")).to_be_visible()
    assert faults(desk) == []
