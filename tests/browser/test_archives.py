"""Rows C8 and C11 in a browser: an album, what was done, and the day of a month."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from voluncity.testing.browser import faults
from voluncity.testing.make_files import with_place

pytestmark = pytest.mark.browser
Look = Callable[..., Page]


@pytest.mark.row("C8")
def test_a_leader_adds_photos_and_puts_them_into_an_order(look: Look) -> None:
    page = look(account="demo-leader", desk=True)
    page.goto("/archives/desk/")
    assert faults(page) == []
    page.get_by_role("link", name="待归档").click()
    page.locator("table tbody a").first.click()
    expect(page.get_by_role("heading", name="来自服务记录")).to_be_visible()
    if not page.locator("#photos input[type=file]").is_visible():
        page.get_by_text("添加照片", exact=True).click()
    files = [
        {"name": f"{color}.jpg", "mimeType": "image/jpeg", "buffer": with_place((64, 48), color)}
        for color in ("#112233", "#445566")
    ]
    page.locator("#photos input[type=file]").set_input_files(files)  # type: ignore[arg-type]
    page.locator("#photos form[enctype]").get_by_label("看不清人物正面").check()
    page.get_by_role("button", name="上传照片").click()
    expect(page.get_by_text("已添加 2 张照片")).to_be_visible()
    assert faults(page) == []
    photos = page.locator("[data-photo]")
    first = photos.first.get_attribute("data-photo")
    page.get_by_role("button", name="第 1 张向后移").click()
    expect(photos.nth(1)).to_have_attribute("data-photo", str(first))


@pytest.mark.row("C8")
@pytest.mark.row("C11")
def test_a_resident_sees_what_was_done_and_the_day_to_come(look: Look) -> None:
    page = look()
    page.goto("/archives/")
    page.locator(".archive__card a").first.click()
    expect(page.get_by_role("heading", name="活动小结")).to_be_visible()
    assert faults(page) == []
    page.goto("/welfare-days/")
    page.locator("article.media a").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert faults(page) == []
    page.goto("/welfare-days/")
    page.get_by_role("link", name="全年统计").click()
    assert faults(page) == []
