"""Join by a poster on a phone; a mother and her child; the desk's poster and receipt."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from voluncity.kernel.identity import id_check_digit
from voluncity.testing.browser import choose_place, faults

pytestmark = pytest.mark.browser
Look = Callable[..., Page]


def _id_number(born_on: date, sequence: int) -> str:
    first17 = f"140106{born_on:%Y%m%d}{sequence:03d}"
    return first17 + id_check_digit(first17)


def _click(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


@pytest.mark.row("A1", "K5")
def test_a_poster_is_made_scanned_and_counted(look: Look) -> None:
    admin, phone = look(desk=True, account="demo-org-admin"), look()
    admin.goto("/desk/posters/new/")
    admin.get_by_label("海报标题").fill("一起守望邻里")
    admin.get_by_label("为哪个组织招募").fill(_own_team(admin))
    assert faults(admin) == []
    _click(admin, "生成海报")
    address = admin.locator("[data-copy]").first.get_attribute("data-copy")
    assert address is not None
    paper = admin.request.get(admin.get_by_role("link", name="打印 A4").get_attribute("href") or "")
    assert (paper.status, paper.headers["content-type"]) == (200, "application/pdf")

    phone.goto("/j/" + address.rstrip("/").rpartition("/")[2] + "/")
    expect(phone.get_by_text("的招募海报登记")).to_be_visible()
    assert faults(phone) == []
    _prove_phone(phone, "13800135077")
    phone.get_by_label("姓名").first.fill("郑小军")
    phone.get_by_role("textbox", name="证件号码").fill(_id_number(date(1993, 4, 2), 713))
    choose_place(phone, "迎泽区", "桥东街道", "桥东街社区")
    phone.locator("input[name=terms]").check()
    assert faults(phone) == []
    _click(phone, "完成登记")
    phone.get_by_role("link", name="以后再填").click()
    expect(phone.get_by_role("button", name="提交申请")).to_be_visible()
    admin.reload()
    expect(admin.locator(".stats")).to_contain_text("1")
    assert faults(admin) == []


def _own_team(admin: Page) -> str:
    name = admin.locator("#recruiters option").first.get_attribute("value")
    assert name is not None
    return name


def _prove_phone(page: Page, phone: str) -> None:
    page.get_by_label("手机号").first.fill(phone)
    _click(page, "获取验证码")
    shown = page.get_by_text(re.compile(r"验证码\D{0,12}\d{6}")).first
    expect(shown).to_be_visible()
    code = re.search(r"\d{6}", shown.inner_text())
    assert code is not None
    page.get_by_label("验证码").first.fill(code.group())
    _click(page, "下一步")


@pytest.mark.row("A1")
@pytest.mark.parametrize("elder", [False, True], ids=["390", "elder"])
def test_a_mother_sees_her_family_and_registers_another_child(look: Look, *, elder: bool) -> None:
    mother = look(account="demo-volunteer", elder=elder)
    mother.goto("/me/family/")
    expect(mother.get_by_text("王小满")).to_be_visible()
    assert faults(mother) == []
    mother.get_by_role("link", name=re.compile("王小满")).click()
    expect(mother.get_by_text("已实名")).to_be_visible()
    assert faults(mother) == []
    mother.goto("/me/family/new/")
    mother.get_by_label("孩子的姓名").fill("王大满")
    number = _id_number(date(2013, 6, 1), 801 + 2 * elder)
    mother.get_by_role("textbox", name="证件号码").fill(number)
    choose_place(mother, "迎泽区", "桥东街道", "桥东街社区")
    mother.get_by_label("您是孩子的").select_option("母亲")
    mother.locator("input[name=terms]").check()
    assert faults(mother) == []
    _click(mother, "完成登记")
    expect(mother.get_by_text("已为王大满登记")).to_be_visible()
    assert faults(mother) == []
    mother.get_by_role("link", name=re.compile("监护人同意")).click()
    expect(mother.get_by_text("还没有开始的报名会取消")).to_be_visible()
    assert faults(mother) == []


@pytest.mark.row("A1", "K5")
def test_the_desk_enters_a_call_and_prints_the_receipt(look: Look) -> None:
    desk = look(desk=True, account="demo-community")
    desk.goto("/desk/volunteers/new/?channel=phone")
    desk.get_by_label("姓名").first.fill("马秀兰")
    desk.get_by_role("textbox", name="证件号码").fill(_id_number(date(1949, 2, 3), 516))
    choose_place(desk, "迎泽区", "桥东街道", "桥东街社区")
    desk.locator("input[name=terms]").check()
    assert faults(desk) == []
    _click(desk, "登记")
    expect(desk.get_by_role("heading", name="登记回执")).to_be_visible()
    expect(desk.get_by_text("电话报名").first).to_be_visible()
    assert faults(desk) == []
    desk.emulate_media(media="print")
    expect(desk.get_by_role("button", name="打印回执")).to_be_hidden()
