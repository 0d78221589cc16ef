"""Row C1 in a browser: progress beside the plan, a draft that saves itself, what residents see."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from voluncity.testing.browser import faults

pytestmark = pytest.mark.browser
Look = Callable[..., Page]
EARLY = """new MutationObserver((_, observer) => {
  const field = document.querySelector("[name=served_group]");
  if (!field) return;
  observer.disconnect();
  field.value = "辖区独居、空巢和高龄老人";
}).observe(document, { childList: true, subtree: true })"""


@pytest.mark.row("C1")
def test_a_project_is_seen_beside_its_plan_and_a_draft_saves_itself(look: Look) -> None:
    page = look(desk=True, account="demo-org-admin")
    page.goto("/progress/desk/")
    expect(page.get_by_role("heading", name="项目进展")).to_be_visible()
    assert faults(page) == []
    page.get_by_role("link", name="敲门行动").first.click()
    expect(page.get_by_role("heading", name="计划和实际")).to_be_visible()
    expect(page.get_by_text("第 2 期")).to_be_visible()
    assert faults(page) == []
    # The next stage is a draft: what is typed keeps itself, without a press.
    page.locator("#stages").get_by_role("link", name="敲门行动").click()
    page.get_by_role("link", name="项目和活动").click()
    page.get_by_role("link", name="修改").click()
    expect(page.locator("[data-autosave-state]")).to_have_text("")
    page.get_by_label("服务对象").fill("辖区独居和空巢老人")
    expect(page.locator("[data-autosave-state]")).to_contain_text("已自动保存", timeout=20_000)
    page.reload()
    expect(page.get_by_label("服务对象")).to_have_value("辖区独居和空巢老人")
    page.add_init_script(EARLY)  # somebody writes before any script of the page has come
    page.reload()
    expect(page.locator("[data-autosave-state]")).to_contain_text("已自动保存", timeout=20_000)
    other = look(desk=True, account="demo-org-admin")
    other.goto(page.url)
    expect(other.get_by_label("服务对象")).to_have_value("辖区独居、空巢和高龄老人")


@pytest.mark.row("C1")
def test_residents_read_about_experience(look: Look) -> None:
    page = look()
    page.goto("/progress/experience/")
    page.get_by_role("link", name="敲门之前，先打一个电话").click()
    expect(page.get_by_role("heading", name="敲门之前，先打一个电话")).to_be_visible()
    page.get_by_role("link", name="敲门行动").click()
    expect(page.get_by_role("heading", name="项目进展")).to_be_visible()
    assert faults(page) == []
