"""Row C7 on phones and desks: apply, be selected, get a badge, be seen on the command page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from voluncity.testing.browser import faults

pytestmark = pytest.mark.browser
Look = Callable[..., Page]


@pytest.mark.row("C7")
def test_apply_select_badge_and_the_page_of_the_day(look: Look) -> None:
    phone = look(account="demo-volunteer")
    phone.goto("/events/")
    phone.get_by_role("link", name="汾河半程马拉松").click()
    expect(phone.get_by_role("heading", name="汾河半程马拉松")).to_be_visible()
    assert faults(phone) == []
    phone.get_by_role("link", name="查看我的报名").click()
    expect(phone.get_by_text("岗位已安排")).to_be_visible()
    expect(phone.get_by_role("img", name="证件码")).to_be_visible()
    phone.get_by_role("button", name="我已读完").click()
    expect(phone.get_by_text("已记下您读过了")).to_be_visible()

    desk = look(desk=True, account="demo-org-admin")
    desk.goto("/events/desk/")
    desk.get_by_role("link", name="汾河半程马拉松").click()
    desk.get_by_role("link", name="指挥页").click()
    expect(desk.get_by_text("应到")).to_be_visible()
    expect(desk.get_by_role("heading", name="赛道组")).to_be_visible()
    assert faults(desk) == []
    desk.get_by_label("地点").fill("5 公里")
    desk.get_by_label("情况").fill("缺纸杯")
    desk.get_by_role("button", name="记下").click()
    expect(desk.get_by_text("5 公里：缺纸杯")).to_be_visible()
