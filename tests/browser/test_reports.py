"""Row G5 in a browser: an expense with its voucher, and the office beside the plan."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from voluncity.testing.browser import faults

pytestmark = pytest.mark.browser
Look = Callable[..., Page]


@pytest.mark.row("G5")
def test_a_report_that_was_sent_back_shows_remarks_at_their_fields(look: Look) -> None:
    page = look(desk=True, account="demo-org-admin")
    page.goto("/fund/reports/own/")
    assert faults(page) == []
    page.get_by_role("link").filter(has_text="退回修改").first.click()
    assert faults(page) == []
    expect(page.get_by_text("内容太简单，请对照计划写具体的数量。").first).to_be_visible()
    page.get_by_role("link", name="文字报告").click()
    assert faults(page) == []
    expect(page.get_by_text("培训了多少人、送了多少份餐？")).to_be_visible()
    page.get_by_label("做了什么").fill("培训 23 人，送餐 120 份。")
    page.get_by_role("button", name="保存", exact=True).click()
    page.get_by_role("link", name="支出明细和凭证").click()
    assert faults(page) == []
    expect(page.get_by_text("没有写明是哪些志愿者的交通费").first).to_be_visible()
    page.get_by_role("link", name="填报一笔").first.click()
    page.get_by_label("预算科目").select_option(index=1)
    page.get_by_label("支出日期").fill("2020-01-01")
    page.get_by_label("金额（元）").fill("99999999")
    page.get_by_label("收款方").fill("文具店")
    page.get_by_label("用途").fill("登记本")
    page.get_by_role("button", name="保存", exact=True).click()
    assert faults(page) == []
    expect(page.get_by_text("应大于 0、不超过").first).to_be_visible()


@pytest.mark.row("G5")
def test_the_office_looks_at_vouchers_beside_the_plan_and_accepts(look: Look) -> None:
    office = look(desk=True, account="demo-fund-office")
    office.goto("/fund/reports/desk/?state=submitted&q=送餐")
    assert faults(office) == []
    office.get_by_role("link", name="暖冬送餐到家").first.click()
    assert faults(office) == []
    expect(office.get_by_role("heading", name="预算与支出")).to_be_visible()
    picture = office.get_by_role("img", name="凭证 1").first
    picture.scroll_into_view_if_needed()
    expect(picture).to_be_visible()
    office.get_by_role("button", name="通过这份报告").click()
    expect(office.get_by_text("报告已通过").first).to_be_visible()
    assert faults(office) == []
