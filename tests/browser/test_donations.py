"""Row G2 in a real browser: give from home by phone; the big screen hears of it by itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from voluncity.testing.browser import faults

pytestmark = pytest.mark.browser
Look = Callable[..., Page]


@pytest.mark.row("G2")
def test_a_gift_is_paid_by_phone_and_the_screen_of_the_event_lives(look: Look) -> None:
    page = look(account="demo-volunteer")
    page.goto("/")
    page.get_by_role("link", name="爱心募捐").click()
    assert faults(page) == []
    page.get_by_role("link", name="为独居老人装一盏夜灯").click()
    assert faults(page) == []
    event = page.get_by_role("link", name="今天的现场大屏").get_attribute("href")
    page.get_by_role("link", name="我要捐赠").click()
    page.get_by_role("button", name="50 元").click()
    page.locator("#id_donor").fill("王芳")
    assert faults(page) == []
    page.get_by_role("button", name="去支付").click()
    page.get_by_role("button", name="付 50 元").click()
    expect(page.get_by_role("heading", name="谢谢您的捐赠")).to_be_visible()
    assert faults(page) == []
    screen = look(desk=True)
    screen.goto(event or "")
    waiting = screen.get_by_text("正在复核")
    expect(waiting).to_be_visible()
    assert faults(screen) == []
    desk = look(account="demo-fund-finance", desk=True)
    desk.goto("/fund/donations/desk/gifts/?state=recorded")
    for _ in range(2):
        desk.goto("/fund/donations/desk/gifts/?state=recorded")
        desk.get_by_role("link", name="JZ").first.click()
        desk.get_by_role("button", name="复核入账").click()
    assert faults(desk) == []
    expect(screen.get_by_text("每一笔都由两位工作人员核对入账")).to_be_visible()
