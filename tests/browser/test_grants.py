"""Row G5 in a browser: the office looks at the board and answers a change; the team signs."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from voluncity.testing.browser import faults

pytestmark = pytest.mark.browser
Look = Callable[..., Page]


@pytest.mark.row("G5")
def test_the_office_sees_who_is_waited_for_and_answers_a_change(look: Look) -> None:
    office = look(desk=True, account="demo-fund-office")
    office.goto("/fund/grants/desk/")
    assert faults(office) == []
    office.get_by_role("link", name="暖冬送餐到家").first.click()
    assert faults(office) == []
    expect(office.get_by_text("等待基金办公室已 3 天")).to_be_visible()
    office.get_by_role("button", name="同意变更").click()
    expect(office.get_by_text("已同意变更，项目按新的内容执行。")).to_be_visible()
    office.goto("/fund/grants/desk/?state=suspended")
    office.get_by_role("link", name="河道救援绳抛投训练").click()
    office.get_by_label("恢复的说明").fill("新负责人已到位，场地已确认。")
    office.get_by_role("button", name="恢复执行").click()
    expect(office.get_by_text("项目已恢复执行。")).to_be_visible()
    assert faults(office) == []


@pytest.mark.row("G5")
def test_a_team_reads_what_to_sign_and_asks_for_a_change(look: Look) -> None:
    team = look(desk=True, account="demo-org-admin")
    team.goto("/fund/grants/own/")
    assert faults(team) == []
    team.get_by_role("link", name="社区应急小屋").click()
    assert faults(team) == []
    with team.expect_download() as paper:
        team.get_by_role("link", name="下载协议").click()
    assert paper.value.suggested_filename.endswith(".pdf")
    expect(team.get_by_label("签字盖章的协议")).to_be_visible()
