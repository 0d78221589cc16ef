"""Rows I1 and I2: written in the editor at the desk, read on a phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from voluncity.testing.browser import faults

pytestmark = pytest.mark.browser
Look = Callable[..., Page]


@pytest.mark.row("I1", "I2")
def test_an_article_is_written_saves_itself_is_reviewed_and_read(look: Look) -> None:
    desk = look(desk=True, account="demo-org-admin")
    desk.goto("/news/desk/new/")
    assert faults(desk) == []
    desk.get_by_label("标题", exact=False).first.fill("浏览器里写的新闻")
    desk.get_by_text("新闻", exact=True).first.click()
    page = desk.get_by_role("textbox", name="正文")
    page.click()
    desk.get_by_role("button", name="加粗").click()
    page.press_sequentially("要紧的话")
    expect(desk.get_by_text("已自动保存")).to_be_visible()
    desk.get_by_role("button", name="保存并提交审核").click()
    expect(desk.get_by_text("等待另一位同事审核").first).to_be_visible()
    address = desk.url

    office = look(desk=True, account="demo-city-office")
    office.goto(address)
    assert faults(office) == []
    office.get_by_role("button", name="审核通过").click()
    expect(office.get_by_text("已通过")).to_be_visible()

    reader = look()
    reader.goto("/news/")
    assert faults(reader) == []
    reader.get_by_role("link", name="浏览器里写的新闻").click()
    expect(reader.locator(".rich strong")).to_have_text("要紧的话")
    assert faults(reader) == []
    reader.goto("/showcase/")
    assert faults(reader) == []
    reader.locator(".story a").first.click()
    expect(reader.locator(".rich")).to_be_visible()
    assert faults(reader) == []
