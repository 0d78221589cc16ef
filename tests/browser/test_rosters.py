"""Rosters in a real browser: three taps on a phone, a drag and the keyboard at the desk."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
Look = Callable[..., Page]
Examine = Callable[[Page], list[str]]
LEADER = "demo-leader"
PLAN = "邻里守望值班"


def _button(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).first.click()


@pytest.mark.row("C4")
def test_a_volunteer_takes_part_in_three_taps_in_elder_mode(look: Look, examine: Examine) -> None:
    page = look(account="demo-elder", elder=True)
    page.goto("/rosters/")
    assert examine(page) == []
    page.get_by_role("link", name=re.compile(PLAN)).click()
    expect(page.get_by_role("checkbox", name="周一").first).to_be_visible()
    assert examine(page) == []
    box = page.get_by_role("checkbox", name="我已知悉风险")
    if not box.is_checked():
        box.check()
    page.get_by_role("button", name=re.compile("参加排班|保存修改")).click()
    expect(page.get_by_text("排班出来后，会发消息告诉您")).to_be_visible()


@pytest.mark.row("C4")
def test_a_draft_is_moved_by_keyboard_and_by_dragging(look: Look, examine: Examine) -> None:
    page = look(desk=True, account=LEADER)
    page.goto("/rosters/desk/")
    page.get_by_role("link", name=PLAN).click()
    assert examine(page) == []
    page.get_by_role("link", name="排班表").click()
    name = _open_day_with_a_move(page)
    assert examine(page) == []
    page.get_by_role("link", name=re.compile(f"移动或锁定：{name}")).first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=f"调整 {name}")).to_be_visible()
    page.get_by_role("button", name="锁定在这里").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("锁定", exact=True).first).to_be_visible()
    person = page.locator("[data-move]").filter(has_text=name).first
    target = page.locator("td[data-turn]").filter(has_not_text=name).first
    person.drag_to(target)
    page.wait_for_load_state()
    expect(page.get_by_text(re.compile("已移到")).first).to_be_visible()


def _open_day_with_a_move(page: Page) -> str:
    """Open a day on which somebody of the draft stands and a place is free; return the name."""
    days = page.get_by_role("navigation", name="日期").get_by_role("link").all()
    for address in [day.get_attribute("href") for day in days]:
        page.goto(page.url.split("?")[0] + (address or ""))
        person = page.locator("[data-move]")
        if person.count() and page.locator("td[data-turn]").count():
            return person.first.locator("span").first.inner_text()
    pytest.fail("no day of the draft has somebody to move and a free place")
