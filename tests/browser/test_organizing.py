"""Organizations and projects come into being in a real browser, from draft to the public list."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils.timezone import localdate
from playwright.sync_api import Page, expect

from voluncity.testing.browser import choose_place

pytestmark = pytest.mark.browser
Look = Callable[..., Page]
TURNS, PAUSE = 15, 2_000
TEAM, PROJECT, ACTIVITY = "桥东街社区夕阳红志愿服务队", "旧衣修补进社区", "周末缝补角"


def _click(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()


@pytest.mark.row("B1")
def test_a_resident_founds_a_team_and_the_office_makes_it_public(look: Look) -> None:
    resident, office = look(account="demo-elder"), look(desk=True, account="demo-city-office")
    resident.goto("/orgs/apply/")
    resident.locator("input[name=kind][value=filed], select[name=kind]").first.evaluate(
        "e => { if (e.matches('select')) { e.value = 'filed' } else { e.checked = true } }"
    )
    resident.get_by_label("组织全称").fill(TEAM)
    resident.locator("input[name=parent]").fill("市民政局")
    choose_place(resident, "迎泽区", "桥东街道", "桥东街社区")
    resident.get_by_label("备案编号").fill("并志备〔2026〕12号")
    resident.get_by_label("负责人").fill("陈桂兰")
    resident.get_by_label("联系人", exact=False).first.fill("陈桂兰")
    resident.get_by_label("联系人手机号").fill("13800135002")
    _click(resident, "提交申请")
    expect(resident.get_by_text("待审核").first).to_be_visible()
    office.goto("/desk/")
    office.get_by_role("link", name=re.compile("组织审核")).click()
    office.get_by_role("link", name=TEAM).first.click()
    _click(office, "审核通过")
    expect(office.get_by_text("已办理：审核通过")).to_be_visible()
    anybody = look()
    _wait_for(anybody, f"/orgs/?q={TEAM}", TEAM)


def _wait_for(page: Page, address: str, link: str) -> None:
    for _ in range(TURNS):
        page.goto(address)
        if page.get_by_role("link", name=link).count():
            return
        page.wait_for_timeout(PAUSE)
    expect(page.get_by_role("link", name=link).first).to_be_visible()


@pytest.mark.row("C1", "C2")
def test_a_project_goes_from_draft_to_the_residents_list(look: Look) -> None:
    team = look(desk=True, account="demo-org-admin")
    _draft(team)
    _click(team, "提交审核")
    unit = look(desk=True, account="demo-lead-unit")
    unit.goto("/desk/")
    unit.get_by_role("link", name=re.compile("项目审核")).click()
    unit.get_by_role("link", name=PROJECT).first.click()
    _click(unit, "审核通过")
    team.reload()
    _click(team, "发布")
    _plan_activity(team)
    _click(team, "开放报名")
    expect(team.get_by_text("招募中").first).to_be_visible()
    anybody = look()
    anybody.goto("/find/?q=缝补")
    anybody.get_by_role("link", name=ACTIVITY).click()
    expect(anybody.get_by_role("heading", name=ACTIVITY)).to_be_visible()
    expect(anybody.get_by_text("使用剪刀和针")).to_be_visible()


def _draft(team: Page) -> None:
    today = localdate()
    team.goto("/desk/projects/new/")
    team.get_by_label("项目名称").fill(PROJECT)
    team.get_by_label("服务对象").fill("社区居民")
    team.locator("select[name=category]").select_option(index=1)
    team.get_by_label("项目资金保障").fill("不需要")
    team.get_by_label("开始日期").fill(str(today))
    team.get_by_label("结束日期").fill(str(today + timedelta(days=60)))
    team.locator("textarea[name=risk_notice]").fill("使用剪刀和针，注意不要扎手。")
    _click(team, "存草稿")
    expect(team.get_by_role("heading", name=PROJECT)).to_be_visible()


def _plan_activity(team: Page) -> None:
    team.get_by_role("link", name="安排活动").click()
    team.get_by_label("活动名称").fill(ACTIVITY)
    team.locator("select[name=leader]").select_option(index=1)
    choose_place(team, "迎泽区", "桥东街道", "桥东街社区")
    team.get_by_role("textbox", name=re.compile("^地点")).fill("桥东街社区活动室")
    team.locator("input[name=shifts-0-name]").fill("缝补")
    team.locator("input[name=shifts-0-day]").fill(str(localdate() + timedelta(days=3)))
    team.locator("input[name=shifts-0-begins]").fill("09:00")
    team.locator("input[name=shifts-0-ends]").fill("11:00")
    _click(team, "保存")
    expect(team.get_by_role("heading", name=ACTIVITY)).to_be_visible()
