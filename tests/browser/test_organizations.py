"""The page of an organization on a phone, and the tree of organizations at the desk."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from voluncity.testing.browser import faults

pytestmark = pytest.mark.browser
Look = Callable[..., Page]


@pytest.mark.row("B1")
def test_an_organizations_page_fits_a_phone_and_leads_to_the_squad_of_a_building(
    look: Look,
) -> None:
    phone = look()
    phone.goto("/orgs/?q=柳巷社区志愿服务总队")
    phone.get_by_role("link", name=re.compile("志愿服务总队")).first.click()
    expect(phone.get_by_text("覆盖楼宇")).to_be_visible()
    expect(phone.get_by_role("link", name=re.compile("第9志愿服务小分队"))).to_be_visible()
    phone.get_by_label("按楼宇查找队伍").fill("1 号楼")
    phone.get_by_role("button", name="查找", exact=True).click()
    phone.get_by_role("link", name=re.compile("小区 1 号楼")).click()
    expect(phone.get_by_role("heading", name=re.compile("小分队"))).to_be_visible()
    assert faults(phone) == []
    wide = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    assert phone.evaluate(wide)


@pytest.mark.row("B1")
def test_the_tree_opens_by_mouse_and_by_arrow_keys(look: Look) -> None:
    desk = look(desk=True, account="demo-city-office")
    desk.goto("/orgs/desk/tree/")
    unit = desk.locator("summary", has_text="市民政局")
    unit.click()
    corps = desk.locator("summary", has_text="柳巷社区志愿服务总队")
    expect(corps).to_be_visible()
    corps.focus()
    desk.keyboard.press("ArrowRight")
    squad = desk.get_by_role("link", name="柳巷社区第1志愿服务小分队", exact=True)
    expect(squad).to_be_visible()
    desk.keyboard.press("ArrowLeft")
    expect(squad).to_be_hidden()
    desk.keyboard.press("ArrowLeft")
    expect(unit).to_be_focused()
    assert faults(desk) == []


@pytest.mark.row("B3")
def test_a_lead_unit_looks_over_its_line(look: Look) -> None:
    desk = look(desk=True, account="demo-lead-unit")
    desk.goto("/desk/")
    desk.get_by_role("link", name="项目类别").click()
    expect(desk.get_by_role("heading", name="我们牵头的")).to_be_visible()
    desk.get_by_role("link", name="邻里守望社区志愿服务项目").click()
    expect(desk.get_by_role("heading", name="牵头单位")).to_be_visible()
    assert faults(desk) == []


@pytest.mark.row("B4")
def test_the_office_looks_through_a_batch_of_stars_and_everybody_reads_the_list(
    look: Look,
) -> None:
    desk = look(desk=True, account="demo-city-office")
    desk.goto("/ratings/desk/")
    desk.get_by_role("row").filter(has_text="审定中").get_by_role("link").first.click()
    expect(desk.get_by_role("columnheader", name="按规则")).to_be_visible()
    assert faults(desk) == []
    desk.get_by_role("row").nth(1).get_by_role("link").click()
    desk.get_by_role("button", name="保存调整").click()
    expect(desk.get_by_text("请写明理由").first).to_be_visible()
    phone = look()
    phone.goto("/ratings/")
    expect(phone.get_by_role("heading", level=1)).to_be_visible()
    assert faults(phone) == []
