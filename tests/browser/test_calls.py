"""Row G3 in a browser: a page saves itself, survives a reload, and shows both texts of a clash."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from voluncity.testing.browser import faults

pytestmark = pytest.mark.browser
Look = Callable[..., Page]


@pytest.mark.row("G3")
def test_two_who_write_at_once_keep_both_texts(look: Look) -> None:
    one = look(desk=True, account="demo-org-admin")
    one.goto("/fund/calls/own/")
    assert faults(one) == []
    one.get_by_role("link", name="空巢老人一周一访").click()
    assert faults(one) == []
    one.get_by_role("link", name="项目概况").click()
    page = one.url.partition("?")[0]

    two = look(desk=True, account="demo-org-admin")
    two.goto(page)
    one.get_by_label("项目简介").fill("第一个人写的简介")
    expect(one.locator("#saved")).to_contain_text("已自动保存")
    one.reload()
    expect(one.get_by_label("项目简介")).to_have_value("第一个人写的简介")

    two.get_by_label("项目简介").fill("第二个人写的简介")
    both = two.locator("#clash-summary")
    expect(both).to_contain_text("第一个人写的简介")
    expect(both).to_contain_text("第二个人写的简介")
    assert faults(two) == []
    two.get_by_label("项目简介").fill("两个人合起来的简介")
    expect(both).to_contain_text("两个人合起来的简介")
    both.get_by_role("button", name="用框里的内容").click()
    expect(two.get_by_text("已保存。")).to_be_visible()
    expect(two.get_by_label("项目简介")).to_have_value("两个人合起来的简介")
    two.goto(page.replace("page/about/", "formers/"))
    expect(two.get_by_text("两个人合起来的简介").first).to_be_visible()


@pytest.mark.row("G3")
def test_the_office_takes_what_is_complete(look: Look) -> None:
    office = look(desk=True, account="demo-fund-office")
    office.goto("/fund/calls/desk/?state=submitted")
    assert faults(office) == []
    office.get_by_role("link", name="独居老人防跌倒改造").click()
    assert faults(office) == []
    office.get_by_role("button", name="材料齐全，受理").click()
    expect(office.get_by_text("已受理，进入评审。")).to_be_visible()
