"""Row G7 in a browser: what is late, a report that is read and sent back, an archive."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from voluncity.testing.browser import faults

pytestmark = pytest.mark.browser
Look = Callable[..., Page]


@pytest.mark.row("G7")
def test_the_office_reads_a_report_and_sends_it_back(look: Look) -> None:
    office = look(desk=True, account="demo-fund-office")
    office.goto("/fund/closings/desk/?state=late")
    assert faults(office) == []
    expect(office.get_by_role("link", name="楼道公益书角")).to_be_visible()
    office.goto("/fund/closings/desk/?state=submitted")
    office.get_by_role("link", name="夏夜纳凉安全岗").click()
    assert faults(office) == []
    expect(office.get_by_text("少 600 元（25%）").first).to_be_visible()
    office.get_by_text("退回修改", exact=True).first.click()
    office.get_by_label("总体意见").fill("请补充与社区的交接清单。")
    office.get_by_role("button", name="退回修改").click()
    expect(office.get_by_text("已退回修改，受资助方会收到通知。")).to_be_visible()

    team = look(desk=True, account="demo-org-admin")
    team.goto("/fund/closings/own/")
    assert faults(team) == []
    team.get_by_role("link", name="夏夜纳凉安全岗").click()
    expect(team.get_by_text("请补充与社区的交接清单。").first).to_be_visible()
    team.get_by_role("link", name="填写结项报告").click()
    assert faults(team) == []
    team.get_by_label("总体完成情况").fill("每晚两班，共上岗 64 班次，装备已交社区保管。")
    team.get_by_role("button", name="保存并检查").click()
    assert faults(team) == []
    team.get_by_role("button", name="提交结项报告").click()
    expect(team.get_by_text("结项报告已提交。")).to_be_visible()


@pytest.mark.row("G7")
def test_a_closed_project_shows_its_result_and_hands_over_its_archive(look: Look) -> None:
    office = look(desk=True, account="demo-fund-office")
    office.goto("/fund/closings/desk/?state=closed")
    office.locator("table a").first.click()
    assert faults(office) == []
    expect(office.get_by_role("heading", name="结项档案")).to_be_visible()
    expect(office.get_by_role("heading", name="补充说明")).to_be_visible()
