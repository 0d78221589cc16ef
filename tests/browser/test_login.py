"""Staff set up the second factor and come in by it; the county looks after volunteers in need."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from voluncity.kernel import totp
from voluncity.testing.browser import faults

pytestmark = pytest.mark.browser
Look = Callable[..., Page]
PASSWORD = "桥东-社区之家-2026"


def _code(key: str, *, after: str = "") -> str:
    """Return the code of this moment, another one than the last."""
    while (code := totp.code_at(key, totp.step_of(time.time()))) == after:
        time.sleep(1)
    return code


@pytest.mark.row("A2")
def test_staff_come_in_by_password_and_phone(look: Look) -> None:
    page = look(account="demo-supervisor")
    page.goto("/me/security/")
    page.get_by_role("link", name="登录密码").click()
    page.get_by_label("新密码", exact=False).first.fill(PASSWORD)
    page.get_by_label("再填一次新密码").fill(PASSWORD)
    page.get_by_role("button", name="保存新密码").click()
    expect(page.get_by_text("密码已换好")).to_be_visible()
    page.get_by_role("link", name="开启动态口令").click()
    page.get_by_text("扫不了？手工填写密钥").click()
    key = page.locator("details .num").inner_text().replace(" ", "")
    assert faults(page) == []
    page.get_by_label("应用里显示的 6 位数字").fill(_code(key))
    page.get_by_role("button", name="完成设置").click()
    expect(page.get_by_role("heading", name="请收好备用码")).to_be_visible()
    printed = page.locator("ol li").first.inner_text()
    assert re.fullmatch(r"[A-Z2-9]{5}-[A-Z2-9]{5}", printed)
    assert faults(page) == []
    page.get_by_role("link", name="已经收好，继续").click()
    _log_in_elsewhere(look(desk=True), printed)


def _log_in_elsewhere(page: Page, printed: str) -> None:
    """Come in with a printed code, as somebody whose phone lies at home."""
    page.goto("/login/?way=password")
    page.get_by_label("账号或手机号").fill("demo-supervisor")
    page.get_by_label("密码", exact=False).first.fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("heading", name="再核对一步")).to_be_visible()
    assert faults(page) == []
    page.goto("/desk/")
    expect(page).to_have_url(re.compile("/login/"))  # half let in is not in
    page.goto("/login/second/")
    page.get_by_label("动态口令或备用码").fill(printed.lower())
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_text("还剩 9 个")).to_be_visible()
    page.goto("/me/security/devices/")
    expect(page.get_by_text("本机")).to_be_visible()
    assert faults(page) == []
    page.get_by_role("button", name="退出其他所有设备").click()
    expect(page.get_by_text("其他 1 台设备已经退出登录。")).to_be_visible()


@pytest.mark.row("A6")
def test_the_county_enters_and_reverses_a_gift(look: Look) -> None:
    desk = look(desk=True, account="demo-county-office")
    desk.goto("/hardship/desk/")
    assert faults(desk) == []
    desk.locator("tbody a").first.click()
    desk.get_by_label("慰问内容").fill("羽绒服一件")
    desk.get_by_label("金额或折价（元）").fill("３６８")
    desk.get_by_label("慰问时机").select_option(label="日常走访")
    desk.get_by_label("慰问单位或个人").fill("桥东街道办事处")
    desk.get_by_role("button", name="登记慰问").click()
    expect(desk.get_by_text("慰问已登记。")).to_be_visible()
    assert faults(desk) == []
    desk.get_by_role("link", name=re.compile("冲正.*羽绒服")).click()
    desk.get_by_label("冲正原因").select_option(label="重复登记")
    desk.get_by_role("button", name="冲正").click()
    expect(desk.get_by_text("已冲正，这条慰问不再计入合计。")).to_be_visible()
    desk.goto("/hardship/desk/gifts/?q=")
    expect(desk.get_by_text("已冲正")).to_be_visible()


@pytest.mark.row("A2")
def test_the_security_administrator_makes_an_account_and_its_link(look: Look) -> None:
    desk = look(desk=True, account="demo-security")
    desk.goto("/desk/accounts/")
    assert faults(desk) == []
    desk.get_by_role("link", name="新建工作人员账号").click()
    desk.get_by_label("姓名").fill("王小芳")
    desk.get_by_label("账号", exact=False).last.fill("yz-wangxiaofang")
    desk.get_by_label("角色").select_option(label="督查员")
    desk.get_by_label("区划范围").select_option(label="迎泽区")
    desk.get_by_role("button", name="建立账号").click()
    desk.get_by_role("button", name="生成首次登录链接").click()
    link = desk.locator("p.num", has_text="/login/start/").inner_text()
    assert faults(desk) == []
    own = look()
    own.goto("/login/start/" + link.split("/login/start/")[1])
    own.get_by_label("新密码", exact=False).first.fill(PASSWORD)
    own.get_by_label("再填一次新密码").fill(PASSWORD)
    own.get_by_role("button", name="设好密码").click()
    expect(own.get_by_text("密码已设好")).to_be_visible()
