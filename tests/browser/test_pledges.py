"""Rows C9 and C10 in a real browser: take on a part on the phone; report what is hard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from voluncity.testing.browser import faults

pytestmark = pytest.mark.browser
Look = Callable[..., Page]


@pytest.mark.row("C9")
def test_a_need_is_found_from_home_and_taken_on(look: Look) -> None:
    page = look(account="demo-volunteer")
    page.goto("/")
    page.get_by_role("link", name="认领认捐").click()
    assert faults(page) == []
    page.get_by_role("link", name="人员").click()
    page.get_by_role("link", name="会修小家电的人").click()
    page.get_by_role("link", name="我要认领").click()
    expect(page.get_by_label("我自己（王芳）")).to_be_visible()
    assert faults(page) == []
    page.get_by_label("我自己（王芳）").check()
    page.get_by_label("认领多少（人）").fill("99")
    page.get_by_label("联系电话").fill("13900000000")
    page.get_by_role("button", name="确定认领").click()
    expect(page.get_by_text("现在只差").first).to_be_visible()
    page.get_by_label("认领多少（人）").fill("2")
    page.get_by_role("button", name="确定认领").click()
    expect(page.get_by_text("已提交，等组织者联系您")).to_be_visible()
    assert faults(page) == []


@pytest.mark.row("C10")
def test_a_leader_reports_in_one_screen_and_reads_what_helped_others(look: Look) -> None:
    page = look(account="demo-leader")
    page.goto("/difficulties/report/")
    page.get_by_label("保险").check()
    page.get_by_text("上门服务的志愿者没有意外保险怎么办？").click()
    expect(page.get_by_text("由牵头单位统一投保")).to_be_visible()
    assert faults(page) == []
    page.get_by_label("困难情况").fill("新来的三位志愿者还没有保险")
    page.get_by_role("button", name="上报", exact=True).click()
    expect(page.get_by_text("已上报，由")).to_be_visible()
    assert faults(page) == []
