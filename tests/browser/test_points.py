"""Row E1 on a phone and at the desk: look at one's points, give some away, change one's mind."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from voluncity.testing.browser import faults

pytestmark = pytest.mark.browser
Look = Callable[..., Page]


@pytest.mark.row("E1")
def test_points_are_looked_at_given_and_taken_back(look: Look) -> None:
    phone = look(account="demo-volunteer")
    phone.goto("/me/")
    phone.get_by_role("link", name="我的积分").click()
    assert faults(phone) == []
    expect(phone.get_by_text("服务时长").first).to_be_visible()
    phone.get_by_role("link", name="送给有需要的人").click()
    assert faults(phone) == []
    phone.locator("[name=amount]").fill("5")
    phone.get_by_role("button", name="送出").click()
    expect(phone.get_by_text("5 分 · 送到爱心积分池")).to_be_visible()
    phone.get_by_role("button", name="撤回").click()
    expect(phone.get_by_text("已撤回，积分回到您的账户")).to_be_visible()

    desk = look(desk=True, account="demo-city-office")
    desk.goto("/points/desk/figures/")
    assert faults(desk) == []
    desk.get_by_role("row", name="按规则发放").get_by_role("link").click()
    assert faults(desk) == []
    expect(desk.get_by_role("heading", name="按规则发放")).to_be_visible()
