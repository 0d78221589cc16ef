"""Row D1 on a phone: the boards, one's own place, another scope, the volunteers of the month."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from voluncity.testing.browser import faults

pytestmark = pytest.mark.browser
Look = Callable[..., Page]


@pytest.mark.row("D1")
def test_somebody_finds_the_own_place_and_looks_at_other_boards(look: Look) -> None:
    page = look(account="demo-volunteer")
    page.goto("/")
    page.get_by_role("link", name="志愿排行榜").first.click()
    expect(page.get_by_text("我的位置")).to_be_visible()
    page.get_by_role("link", name="累计", exact=True).click()
    page.get_by_role("link", name="看看我前后的人").click()
    expect(page.get_by_role("heading", name="我的前后")).to_be_visible()
    expect(page.get_by_text("王*（我）")).to_be_visible()
    assert faults(page) == []
    page.get_by_role("link", name="换范围").click()
    page.get_by_role("link", name="迎泽区").first.click()
    expect(page.get_by_text("迎泽区 · 累计")).to_be_visible()
    page.get_by_role("link", name="组织", exact=True).click()
    expect(page.get_by_role("heading", name="组织记录的时长")).to_be_visible()
    assert faults(page) == []
    page.get_by_role("link", name="月度志愿之星").click()
    expect(page.get_by_role("heading", name="怎么评的")).to_be_visible()
    assert faults(page) == []
