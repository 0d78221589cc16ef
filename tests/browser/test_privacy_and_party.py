"""The privacy center on a phone, and the table of the units on a desk, in a real browser."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from voluncity.testing.browser import faults

pytestmark = pytest.mark.browser
Look = Callable[..., Page]


def _click(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()


def _code(page: Page) -> str:
    """Ask for a code and read it off the demo's screen."""
    _click(page, "获取验证码")
    shown = page.get_by_text(re.compile(r"验证码 \d{6}"))
    expect(shown).to_be_visible()
    found = re.search(r"验证码 (\d{6})", shown.inner_text())
    assert found
    return found[1]


@pytest.mark.row("A3")
def test_a_person_sees_who_looked_and_takes_everything_along(look: Look, tmp_path: Path) -> None:
    phone = look(account="demo-volunteer")
    phone.goto("/me/")
    phone.get_by_role("link", name=re.compile("隐私中心")).click()
    assert faults(phone) == []
    phone.get_by_role("link", name=re.compile("谁看过我的信息")).click()
    expect(phone.get_by_text("办理保险或理赔")).to_be_visible()
    expect(phone.get_by_text("太原市 · 市文明办")).to_be_visible()
    assert faults(phone) == []
    phone.goto("/me/privacy/take/")
    phone.get_by_label("短信验证码").fill(_code(phone))
    _click(phone, "确认是我本人")
    with phone.expect_download() as started:
        phone.get_by_role("link", name=re.compile("下载压缩包")).click()
    saved = tmp_path / "copy.zip"
    started.value.save_as(saved)
    assert "全部内容.json" in zipfile.ZipFile(io.BytesIO(saved.read_bytes())).namelist()


@pytest.mark.row("A3")
def test_a_person_asks_to_close_and_changes_their_mind(look: Look) -> None:
    phone = look(account="demo-elder", elder=True)
    phone.goto("/me/privacy/close/")
    expect(phone.get_by_text("依法至少保存 10 年")).to_be_visible()
    assert faults(phone) == []
    phone.get_by_label("我已看清注销后的结果").check()
    phone.get_by_label("短信验证码").fill(_code(phone))
    _click(phone, "提交注销申请")
    expect(phone.get_by_text("已收到注销申请")).to_be_visible()
    assert faults(phone) == []
    _click(phone, "不注销了")
    expect(phone.get_by_text("已撤回注销申请")).to_be_visible()


@pytest.mark.row("A5")
def test_the_city_sees_the_units_and_who_of_a_unit_has_served(look: Look) -> None:
    desk = look(desk=True, account="demo-city-office")
    desk.goto("/party/desk/")
    assert faults(desk) == []
    desk.locator("table a").first.click()
    expect(desk.get_by_role("heading", name=re.compile("党员报到"))).to_be_visible()
    marks = desk.locator("table").get_by_text(re.compile("已报到|待社区确认|未报到"))
    expect(marks.first).to_be_visible()
    assert faults(desk) == []
    desk.get_by_label("服务", exact=True).select_option(label="未服务")
    _click(desk, "筛选")
    expect(desk).to_have_url(re.compile("served=no"))
    desk.goto("/party/desk/?by=community")
    desk.locator("table a").first.click()
    expect(desk.get_by_role("heading", name=re.compile("报到党员"))).to_be_visible()
    assert faults(desk) == []


@pytest.mark.row("A5")
def test_a_member_reports_on_a_phone(look: Look) -> None:
    phone = look(account="demo-volunteer")
    phone.goto("/me/")
    phone.get_by_role("link", name=re.compile("党员双报到")).click()
    assert faults(phone) == []
    phone.get_by_text("已与社区结对").first.click()
    assert faults(phone) == []
    phone.locator("input[name=community]").first.check()
    _click(phone, "报到")
    expect(phone.get_by_text("待社区确认").first).to_be_visible()
    assert faults(phone) == []
