"""Row G8 in a browser: three taps from the home page to the money of one project."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from voluncity.testing.browser import faults

pytestmark = pytest.mark.browser
Look = Callable[..., Page]


@pytest.mark.row("G8")
def test_three_taps_from_the_home_page_to_the_money_of_a_project(look: Look) -> None:
    page = look()
    page.goto("/")
    page.get_by_role("link", name="基金公开").click()
    expect(page.get_by_role("heading", name="每一分钱，都能看见")).to_be_visible()
    assert faults(page) == []
    page.get_by_role("link", name="2019 年", exact=True).click()
    expect(page.get_by_text("6,500,200").first).to_be_visible()
    page.get_by_role("link", name="已拨付 1,377,184.90").click()
    expect(page.get_by_text("14 笔").first).to_be_visible()
    assert faults(page) == []
    page.get_by_role("link", name="关爱老人义务修脚").click()
    expect(page.get_by_role("link", name="已拨付 26,000 元")).to_be_visible()
    expect(page.get_by_role("heading", name="结项评价")).to_be_visible()
    assert faults(page) == []


@pytest.mark.row("G8")
def test_large_letters_keep_every_figure_readable(look: Look) -> None:
    page = look(elder=True)
    page.goto("/fund/showing/")
    page.get_by_role("link", name="2019 年", exact=True).click()
    assert faults(page) == []
    page.goto(page.url.partition("?")[0] + "fields/")
    expect(page.get_by_role("heading", name="开放数据")).to_be_visible()
    assert faults(page) == []


@pytest.mark.row("G8")
def test_the_office_fetches_the_summary_of_2019(look: Look) -> None:
    office = look(desk=True, account="demo-fund-office")
    office.goto("/fund/showing/desk/")
    office.get_by_role("link", name="志愿太原专项基金").click()
    office.get_by_role("link", name="2019 年", exact=True).click()
    assert faults(office) == []
    with office.expect_download() as fetched:
        office.get_by_role("link", name="生成 2019 年总结").click()
    assert fetched.value.suggested_filename.endswith("2019年度工作总结.docx")
