"""Row G6 in a real browser: finance approves, gives the list to the bank, and confirms."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from voluncity.testing.browser import faults

pytestmark = pytest.mark.browser
Look = Callable[..., Page]


@pytest.mark.row("G6")
def test_an_installment_goes_from_the_request_to_the_confirmed_payment(
    look: Look, tmp_path: Path
) -> None:
    desk = look(account="demo-fund-finance", desk=True)
    desk.goto("/desk/")
    desk.get_by_role("link", name="拨付待复核").first.click()
    assert faults(desk) == []
    desk.get_by_role("link", name="BF").first.click()
    assert faults(desk) == []
    desk.get_by_role("button", name="同意拨付").click()
    expect(desk.get_by_text("已同意，请列入拨付清单")).to_be_visible()
    desk.goto("/fund/payouts/desk/lists/new/")
    assert faults(desk) == []
    desk.get_by_role("button", name="生成清单").click()
    expect(desk.get_by_text("清单已生成")).to_be_visible()
    with desk.expect_download() as saved:
        desk.get_by_role("button", name="导出 CSV").click()
    content = Path(saved.value.path()).read_text("utf-8-sig")
    assert content.startswith("序号,付款编号,收款户名,收款账号")
    desk.reload()
    expect(desk.get_by_text("登记银行的付款结果")).to_be_visible()
    assert faults(desk) == []
    number = content.splitlines()[1].split(",")[1]
    desk.get_by_role("link", name=number).click()
    day = desk.locator("#confirm_on")
    desk.locator("#confirm_bank_ref").fill("JSB2026112300001")
    day.fill(desk.evaluate("new Date().toLocaleDateString('sv', {timeZone: 'Asia/Shanghai'})"))
    assert faults(desk) == []
    desk.get_by_role("button", name="确认已付款").click()
    expect(desk.get_by_text("已确认，账目已记。")).to_be_visible()


@pytest.mark.row("G6")
def test_an_account_is_compared_with_its_paper_and_its_number_stays_hidden(look: Look) -> None:
    desk = look(account="demo-fund-finance", desk=True)
    desk.goto("/fund/payouts/desk/accounts/?state=entered")
    assert faults(desk) == []
    desk.get_by_role("table").get_by_role("link").first.click()
    expect(desk.get_by_text("****").first).to_be_visible()
    assert faults(desk) == []
    desk.get_by_role("button", name="查看完整账号").click()
    expect(desk.get_by_text("这次查看已经记入操作记录")).to_be_visible()
    desk.get_by_role("button", name="核对通过").click()
    expect(desk.get_by_text("已核对，受资助方会收到通知。")).to_be_visible()
