"""Row G4 in a browser: an expert declares and scores, the office sees how far everybody is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from voluncity.testing.browser import faults

pytestmark = pytest.mark.browser
Look = Callable[..., Page]


@pytest.mark.row("G4")
def test_an_expert_declares_first_then_reads_and_scores(look: Look) -> None:
    expert = look(account="demo-expert")
    expert.goto("/fund/review/tasks/")
    assert faults(expert) == []
    expert.get_by_role("link").filter(has_text="请先声明").click()
    assert faults(expert) == []
    expect(expert.get_by_text("暴雨提醒一条街")).to_have_count(0)
    expert.get_by_role("button", name="没有利害关系，开始阅读").click()
    expect(expert.get_by_role("heading", name="暴雨提醒一条街")).to_be_visible()
    assert faults(expert) == []
    for number, points in enumerate(("88", "85", "90", "80"), start=1):
        part = expert.get_by_role("group", name=f"第 {number} 项")
        part.get_by_role("spinbutton").fill(points)
    expert.get_by_role("button", name="提交评分").click()
    expect(expert.get_by_text("请写总体评语").first).to_be_visible()
    expert.get_by_label("总体评语").fill("针对性强，建议先在三处试点。")
    expert.get_by_role("button", name="提交评分").click()
    expect(expert.get_by_text("评分已提交，谢谢您。")).to_be_visible()


@pytest.mark.row("G4")
def test_the_office_sees_ranks_enters_a_decision_and_everybody_reads_it(look: Look) -> None:
    office = look(desk=True, account="demo-fund-office")
    office.goto("/fund/review/desk/")
    assert faults(office) == []
    office.get_by_role("link", name="应急志愿服务专项申报").click()
    assert faults(office) == []
    office.get_by_role("link", name="楼道堆物清零").click()
    expect(office.get_by_text("还要再看预算。")).to_have_count(0)  # a draft is its author's
    assert faults(office) == []

    office.goto("/fund/review/desk/decisions/?state=shown")
    assert faults(office) == []
    office.get_by_role("link", name="河边垃圾随手记").click()
    assert faults(office) == []

    anybody = look()
    anybody.goto("/fund/review/")
    assert faults(anybody) == []
    anybody.get_by_role("link", name="河边垃圾随手记").click()
    expect(anybody.get_by_text("2,800 元").first).to_be_visible()
    assert faults(anybody) == []
