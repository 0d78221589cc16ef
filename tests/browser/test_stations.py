"""Stations on a phone: find one on list and map, inspect one where the network fails."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from voluncity.testing.browser import Watch, faults

pytestmark = pytest.mark.browser
Look = Callable[..., Page]


@pytest.mark.row("B2")
def test_the_map_leads_from_many_to_one_by_keyboard_alone(look: Look) -> None:
    page = look()
    page.goto("/stations/")
    expect(page.get_by_role("group", name=re.compile("服务站示意图"))).to_be_visible()
    assert faults(page) == []
    many = page.get_by_role("link", name=re.compile("这一带 .* 个服务站")).first
    wanted = int(re.findall(r"\d+", many.get_attribute("aria-label") or "")[0])
    many.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"共 {wanted} 个服务站")).to_be_visible()
    page.get_by_role("link", name="看全图").click()
    one = page.locator("a.citymap__mark", has=page.locator(".citymap__one")).first
    name = (one.get_attribute("aria-label") or "").split("，")[0]
    one.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    assert faults(page) == []


@pytest.mark.row("B2")
def test_near_me_asks_for_the_place_only_after_a_tap(look: Look) -> None:
    page = look()
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"latitude": 37.8645, "longitude": 112.577})
    page.goto("/stations/")
    assert "lat=" not in page.url
    page.get_by_role("button", name="离我近").click()
    expect(page.get_by_text("离您近的在前")).to_be_visible()
    first = page.locator(".mapsplit__list article").first
    expect(first).to_contain_text("桥东街社区志愿服务站")
    expect(first).to_contain_text("60 米")


@pytest.mark.row("B2")
def test_an_inspection_outlives_a_lost_network_and_a_closed_page(look: Look, watch: Watch) -> None:
    page = look(account="demo-supervisor")
    page.goto("/stations/?q=总站")
    page.locator(".media__title a").first.click()
    station = page.url.rstrip("/").rsplit("/", 1)[-1]
    page.goto(f"/stations/desk/{station}/")
    page.get_by_role("button", name="开始检查").click()
    expect(page.get_by_text("还差 17 项")).to_be_visible()
    assert faults(page) == []
    items = page.locator("form[data-keep]")
    items.nth(3).get_by_role("radio", name="合格", exact=True).check()
    expect(page.get_by_text("还差 16 项")).to_be_visible()
    page.route("**/stations/desk/inspections/**", lambda route: route.abort())
    items.nth(4).get_by_role("radio", name="不合格", exact=True).check()
    items.nth(4).locator("textarea").fill("没有值班表")
    items.nth(4).locator("textarea").blur()
    expect(page.get_by_text("网络不好，1 项先存在手机上")).to_be_visible()
    page.unroute("**/stations/desk/inspections/**")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.get_by_text("还差 15 项")).to_be_visible()
    expect(page.get_by_text("网络不好")).to_be_hidden()
    page.reload()
    expect(items.nth(4).locator("textarea")).to_have_value("没有值班表")
    page.get_by_role("button", name="提交检查").click()
    expect(page.get_by_text("还有 15 项没有完成")).to_be_visible()
    # The browser notes each sending that the lost network swallowed; nothing else is excused.
    lost = ("ERR_FAILED", "htmx:sendError", "htmx:afterRequest")
    watch.complaints[:] = [one for one in watch.complaints if not any(w in one for w in lost)]
