"""Rows D4 and D6 in a real browser: a paper of one activity; covered today, and an accident."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from voluncity.testing.browser import faults

pytestmark = pytest.mark.browser
Look = Callable[..., Page]


@pytest.mark.row("D4")
def test_a_certificate_of_one_activity_is_two_taps_from_me(look: Look) -> None:
    page = look(account="demo-volunteer")
    page.goto("/me/")
    page.get_by_role("link", name="我的证明").click()
    page.get_by_text("只证明一场活动").click()
    assert faults(page) == []
    page.locator("select[name=activity]").select_option(index=1)
    page.get_by_role("button", name="开具这场活动的证明").click()
    expect(page.get_by_text("证明已开具")).to_be_visible()
    expect(page.get_by_role("link", name="单次活动").first).to_be_visible()
    assert faults(page) == []


@pytest.mark.row("D6")
def test_what_covers_me_is_seen_and_an_accident_reported(look: Look) -> None:
    page = look(account="demo-volunteer")
    page.goto("/me/")
    page.get_by_role("link", name="我的保险").click()
    expect(page.get_by_role("heading", name="今天的保障")).to_be_visible()
    assert faults(page) == []
    page.get_by_role("link", name="服务中受了伤，报案").click()
    page.get_by_label("大约几点").fill("00:00")
    page.get_by_label("地点").fill("桥东街社区")
    page.get_by_label("经过和伤情").fill("下楼扭伤脚踝")
    assert faults(page) == []
    page.get_by_role("button", name="登记").click()
    expect(page.get_by_text("已登记。请继续上传")).to_be_visible()
    assert faults(page) == []
