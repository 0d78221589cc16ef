"""Claim a record on a phone with the desk's code; look at a merge before it is made."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from voluncity.doors.portal.demo.claims import ENTERED
from voluncity.testing.browser import faults

pytestmark = pytest.mark.browser
Look = Callable[..., Page]


@pytest.mark.row("A4")
def test_the_desk_sees_what_a_merge_would_do(look: Look) -> None:
    desk = look(desk=True, account="demo-city-office")
    desk.goto("/claims/desk/merges/")
    expect(desk.get_by_text("姓名和出生日期相同").first).to_be_visible()
    assert faults(desk) == []
    desk.get_by_role("link", name="看看合并会怎样").first.click()
    expect(desk.get_by_role("heading", name="合并以后")).to_be_visible()
    expect(desk.get_by_role("rowheader", name="登录账号")).to_be_visible()
    assert faults(desk) == []
    desk.get_by_role("link", name="对调：保留另一份").click()
    desk.get_by_role("button", name="合并这两份登记").click()
    expect(desk.get_by_text("请选择怎样确认是同一个人").first).to_be_visible()


@pytest.mark.row("A1")
def test_a_record_is_claimed_on_a_phone_with_the_code_of_the_desk(look: Look) -> None:
    desk, phone = look(desk=True, account="demo-city-office"), look(account="demo-newcomer")
    name, number = ENTERED
    desk.goto(f"/desk/volunteers/?q={name}")
    desk.get_by_role("link", name=name).first.click()
    desk.get_by_role("link", name="生成认领码").click()
    desk.get_by_role("button", name="已核对证件，生成认领码").click()
    code = desk.locator(".receipt__total b").inner_text()
    assert faults(desk) == []
    phone.goto("/claims/new/")
    assert faults(phone) == []
    phone.get_by_label("姓名").first.fill(name)
    phone.get_by_role("textbox", name="证件号码").fill(number)
    phone.get_by_role("radio", name="工作人员给的认领码").check()
    phone.get_by_role("textbox", name="认领码").fill(code)
    phone.get_by_role("button", name="提交认领").click()
    expect(phone.get_by_text("认领成功").first).to_be_visible()
    assert faults(phone) == []
