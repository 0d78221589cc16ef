"""The board of hours that look wrong, and the page of the accused."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from voluncity.testing.browser import faults

pytestmark = pytest.mark.browser
Look = Callable[..., Page]


@pytest.mark.row("C6")
def test_the_accused_explains_and_the_office_reads_it(look: Look) -> None:
    accused = look(account="demo-org-admin")
    accused.goto("/integrity/mine/")
    assert faults(accused) == []
    accused.get_by_role("link", name=re.compile("第 .* 号")).first.click()
    expect(accused.get_by_text("核查不是结论")).to_be_visible()
    assert faults(accused) == []
    accused.get_by_role("textbox", name="说明").fill("当天下大雨，改到社区活动室，有照片。")
    accused.get_by_role("button", name="提交说明").click()
    expect(accused.get_by_text("当天下大雨")).to_be_visible()
    office = look(account="demo-county-office")
    office.goto("/integrity/desk/")
    expect(office.get_by_text("异常只是提醒，不是结论")).to_be_visible()
    assert faults(office) == []
    office.goto("/integrity/desk/?tab=cases")
    office.get_by_role("link", name=re.compile("第 .* 号")).first.click()
    expect(office.get_by_text("当天下大雨")).to_be_visible()
    office.get_by_role("radio", name="查无问题").check()
    office.get_by_role("textbox", name="认定理由").fill("照片属实。")
    assert faults(office) == []
    office.get_by_role("button", name="保存认定").click()
    expect(office.get_by_text("认定已保存")).to_be_visible()
