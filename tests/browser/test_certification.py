"""Rows D2 and D3: a certified star is found and checked; a batch is reviewed and shown."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from voluncity.testing.browser import faults

pytestmark = pytest.mark.browser
Look = Callable[..., Page]


@pytest.mark.row("D2")
def test_somebody_finds_the_certified_star_and_anybody_checks_it(look: Look) -> None:
    page = look(account="demo-volunteer")
    page.goto("/me/")
    page.get_by_role("link", name="我的星级").click()
    page.get_by_role("link", name="星级志愿者").click()
    expect(page.get_by_role("heading", name="我的荣誉")).to_be_visible()
    assert faults(page) == []
    serial = page.get_by_text("编号 XJ").inner_text().removeprefix("编号 ")

    anybody = look()
    anybody.goto("/certification/")
    assert faults(anybody) == []
    anybody.get_by_role("link", name="按编号核验证书").click()
    anybody.get_by_label("证书编号").fill(serial)
    anybody.get_by_role("button", name="核验").click()
    expect(anybody.get_by_role("heading", name="证书有效")).to_be_visible()
    assert faults(anybody) == []


@pytest.mark.row("D3")
def test_a_batch_is_reviewed_and_shown_at_the_desk(look: Look) -> None:
    desk = look(desk=True, account="demo-city-office")
    desk.goto("/certification/desk/")
    desk.get_by_role("link", name="第二批星级志愿者认定").click()
    assert faults(desk) == []
    if desk.get_by_role("link", name="推荐的 1").count():  # in the smallest city nobody fits
        desk.get_by_role("link", name="推荐的 1").click()
        desk.locator("tbody a").first.click()
        assert faults(desk) == []
        desk.locator("[name=reason]").fill("社区证明属实。")
        desk.get_by_role("button", name="保存审核意见").click()
    desk.get_by_role("button", name="批量同意达到标准的").click()
    expect(desk.get_by_text("已审核")).to_be_visible()
    desk.get_by_role("button", name="公示").click()
    expect(desk.get_by_text("已开始公示")).to_be_visible()

    phone = look()
    phone.goto("/certification/")
    phone.get_by_role("link", name="第一批星级志愿者认定").click()
    expect(phone.get_by_text("同意公开")).to_be_visible()
    assert faults(phone) == []
