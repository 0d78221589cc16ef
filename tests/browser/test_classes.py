"""Rows I3 and I6 on a phone: a chapter whose clock runs, and a comment below the class."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from voluncity.testing.browser import faults

pytestmark = pytest.mark.browser
Look = Callable[..., Page]


@pytest.mark.row("I3")
@pytest.mark.row("I6")
def test_a_chapter_is_read_and_a_comment_is_written_below_the_class(look: Look) -> None:
    phone = look(account="demo-elder")
    phone.goto("/classes/")
    assert faults(phone) == []
    phone.get_by_role("link", name="心肺复苏，黄金四分钟").click()
    expect(phone.get_by_role("heading", name="评论")).to_be_visible()
    assert faults(phone) == []
    phone.get_by_label("说点什么").fill("字很大，看得清楚。")
    phone.get_by_role("button", name="发表").click()
    expect(phone.get_by_text("已提交，审核后公开").first).to_be_visible()
    expect(phone.get_by_text("审核中，只有您看得到")).to_be_visible()
    phone.get_by_role("link", name="先判断，再呼救").click()
    expect(phone.get_by_text("就可以点“学完了”").or_(phone.get_by_text("已学完"))).to_be_visible()
    assert faults(phone) == []

    desk = look(desk=True, account="demo-city-office")
    desk.goto("/comments/desk/")
    assert faults(desk) == []
    desk.get_by_role("button", name="通过：字很大，看得清楚。").click()
    expect(desk.get_by_text("已公开。")).to_be_visible()
    phone.goto("/comments/topics/")
    phone.get_by_role("link", name="第一次去敬老院").click()
    expect(phone.get_by_text("已采纳", exact=True)).to_be_visible()
    assert faults(phone) == []
