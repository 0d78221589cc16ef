"""Rows G1 and G9 in a real browser: what the public reads, and what the fund's people do."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from voluncity.testing.browser import faults

pytestmark = pytest.mark.browser
Look = Callable[..., Page]


@pytest.mark.row("G1")
def test_everybody_reads_who_leads_the_fund_and_what_it_resolved(look: Look) -> None:
    page = look()
    page.goto("/fund/governance/")
    page.get_by_role("link", name="晋阳志愿服务基金会志愿太原专项基金").click()
    expect(page.get_by_text("宋文礼")).to_be_visible()
    page.get_by_text("2019 年度资助项目").click()
    expect(page.get_by_text("资助志愿服务项目 14 个，共 2,773,229 元。")).to_be_visible()
    assert faults(page) == []
    page.get_by_role("link", name="现行章程（第 1 版）").click()
    expect(page.get_by_role("heading", name="第一章 总则")).to_be_visible()
    assert faults(page) == []


@pytest.mark.row("G9")
def test_a_cost_is_booked_by_the_second_person_and_stands_in_the_year(look: Look) -> None:
    desk = look(account="demo-fund-finance", desk=True)
    desk.goto("/fund/books/desk/")
    desk.get_by_role("link", name="晋阳志愿服务基金会志愿太原专项基金").click()
    assert faults(desk) == []
    desk.get_by_role("link", name="宣传折页印刷").click()
    desk.get_by_role("button", name="复核入账").click()
    expect(desk.get_by_text("已复核入账。")).to_be_visible()
    desk.get_by_role("link", name="志愿太原专项基金").first.click()
    desk.get_by_role("link", name="账目明细").click()
    expect(desk.get_by_role("cell", name="宣传折页印刷")).to_be_visible()
    assert faults(desk) == []
