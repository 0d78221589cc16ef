"""The desk finds, filters, keeps a filter and takes a list out, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from voluncity.testing.sheets import sheet_of

pytestmark = [pytest.mark.browser, pytest.mark.row("A4")]
Look = Callable[..., Page]


def test_a_list_is_filtered_kept_and_exported(look: Look) -> None:
    desk = look(desk=True, account="demo-city-office")
    desk.goto("/desk/volunteers/")
    desk.get_by_label("实名状态").select_option("已实名")
    desk.get_by_text("更多条件").click()
    desk.get_by_role("combobox", name="性别").select_option("女")
    desk.locator("summary", has_text="显示的列").click()
    desk.locator("label.chip", has_text="县（市、区）").click()
    desk.get_by_role("button", name="筛选", exact=True).click()
    expect(desk.get_by_role("columnheader", name="县（市、区）")).to_be_visible()
    _keep(desk, "女志愿者")
    desk.goto("/desk/volunteers/")
    desk.get_by_role("link", name="女志愿者").click()
    expect(desk).to_have_url(re.compile("sex=F"))
    shown = desk.locator("table.table tbody tr").count()
    rows = _exported(desk)
    assert rows[0][:2] == ["姓名", "编号"]
    assert len(rows) - 1 >= shown > 0
    assert not [cell for row in rows for cell in row if re.fullmatch(r"1\d{10}", cell)]


def _keep(desk: Page, name: str) -> None:
    desk.get_by_role("link", name=re.compile("常用筛选")).first.click()
    desk.get_by_label("名称").fill(name)
    desk.get_by_role("button", name="保存", exact=True).click()
    expect(desk.get_by_text("已保存，以后点一下就能用。")).to_be_visible()


def _exported(desk: Page) -> list[list[str]]:
    desk.get_by_role("link", name="导出", exact=True).click()
    desk.get_by_label("导出原因").select_option("核对、清理登记信息")
    desk.get_by_label("用途说明").fill("核对女志愿者的登记信息")
    desk.get_by_role("button", name="生成 Excel 文件").click()
    with desk.expect_download() as waiting:
        desk.get_by_role("link", name="下载", exact=True).click()
    return sheet_of(Path(waiting.value.path()).read_bytes())


def test_a_person_is_found_by_name_and_an_organization_by_typing(look: Look) -> None:
    desk = look(desk=True, account="demo-city-office")
    desk.goto("/desk/volunteers/")
    desk.get_by_label("找人").fill("王芳")
    desk.keyboard.press("Enter")
    desk.get_by_role("link", name="王芳").first.click()
    expect(desk.get_by_role("heading", name=re.compile("王芳"))).to_be_visible()
    desk.goto("/desk/projects/")
    team = desk.get_by_role("combobox", name="组织")
    team.press_sequentially("市民政")
    expect(desk.locator("datalist option")).not_to_have_count(0)
    team.press("Enter")
    expect(desk).to_have_url(re.compile("organization="))
    expect(desk.get_by_role("combobox", name="组织")).to_have_value(re.compile("民政"))
