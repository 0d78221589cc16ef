"""The organizer's page with the network really cut: reload, tick, close, come back, sent once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from voluncity.testing import browser as browsers

pytestmark = pytest.mark.browser
Look = Callable[..., Page]
ACTIVITY, VOLUNTEER = "邻里探访·今日一场", "王*"
CUT = "ERR_INTERNET_DISCONNECTED"


@pytest.mark.row("C5")
def test_the_page_works_for_hours_without_network_and_sends_once(
    look: Look, watch: browsers.Watch
) -> None:
    phone = look(account="demo-leader")
    _open_book(phone)
    assert browsers.faults(phone) == []
    phone.context.set_offline(offline=True)
    phone.reload()
    expect(phone.get_by_role("status").filter(has_text="没有网络，可以照常签到")).to_be_visible()
    person = phone.locator("#people li").filter(has_text=VOLUNTEER)
    person.get_by_role("button").click()
    expect(phone.locator("#say")).to_contain_text("签退")
    expect(phone.locator("#waiting")).to_have_text("1 条待上传")
    assert browsers.faults(phone) == []
    again = _closed_and_opened(phone, watch)
    expect(again.locator("#waiting")).to_have_text("1 条待上传")
    again.context.set_offline(offline=False)
    expect(again.locator("#waiting")).to_have_text("全部已上传", timeout=15_000)
    expect(again.locator("#records")).to_contain_text("已记录")
    again.get_by_role("button", name="删除本机名单").click()
    expect(again.get_by_role("heading", name="这台设备上没有离线名单")).to_be_visible()
    _one_record(look)
    watch.complaints[:] = [words for words in watch.complaints if CUT not in words]


@pytest.mark.row("C5")
def test_the_next_leader_of_a_tablet_sees_nobody_of_the_roster(
    look: Look, watch: browsers.Watch
) -> None:
    tablet = look(account="demo-leader")
    _open_book(tablet)
    book = tablet.url
    tablet.goto("/me/")
    tablet.context.clear_cookies(name="sessionid")  # the login ends; the roster stays
    browsers.sign_in(tablet, "demo-org-admin")
    tablet.context.set_offline(offline=True)
    tablet.goto(book)
    expect(tablet.get_by_role("heading", name="这份名单是张志强的")).to_be_visible()
    expect(tablet.locator("#people li")).to_have_count(0)
    expect(tablet.get_by_label("志愿者编号（后六位也可以）")).to_be_hidden()
    assert browsers.faults(tablet) == []
    tablet.context.set_offline(offline=False)
    tablet.context.clear_cookies(name="sessionid")
    browsers.sign_in(tablet, "demo-leader")
    tablet.goto(book)
    expect(tablet.get_by_role("heading", name=ACTIVITY)).to_be_visible()
    watch.complaints[:] = [words for words in watch.complaints if CUT not in words]


@pytest.mark.row("C5")
def test_the_kept_page_comes_when_the_network_answers_nobody_for_four_seconds(look: Look) -> None:
    page = look()  # an empty one: what is ours lets nobody run words as a script
    page.clock.install(time=0)
    page.clock.pause_at(1_000)  # else it goes on by itself, further on a slow machine
    page.evaluate(_WORKER, page.request.get("/sw.js").text())
    page.clock.fast_forward(3_900)
    assert page.evaluate("window.answer") is None
    page.clock.fast_forward(200)
    assert page.evaluate("window.whole") == "the kept page"


# The real script in a page, where its clock can be turned: a network that never answers.
_WORKER = """async (script) => {
  const heard = {};
  const kept = { match: async () => "the kept page", keys: async () => [] };
  new Function("addEventListener", "fetch", "caches", script)(
    (name, hears) => { heard[name] = hears; }, () => new Promise(() => {}), kept,
  );
  window.answer = null;
  window.whole = new Promise((done) => heard.fetch({
    request: { method: "GET", mode: "navigate", url: "https://city.example/offline/book/" },
    respondWith: (answer) => answer.then((found) => { window.answer = found; done(found); }),
  }));
  await new Promise((done) => queueMicrotask(() => queueMicrotask(() => queueMicrotask(done))));
}"""


def _open_book(phone: Page) -> None:
    phone.goto(_roster(phone))
    phone.get_by_role("link", name="离线签到").click()
    phone.get_by_role("link", name="打开离线签到").click()
    expect(phone.get_by_role("heading", name=ACTIVITY)).to_be_visible()
    expect(phone.locator("body[data-kept]")).to_be_attached(timeout=15_000)


def _roster(phone: Page) -> str:
    """Return the address of the roster; the activity's own page names its number."""
    phone.goto("/desk/projects/?q=空巢老人探访")
    phone.get_by_role("link", name="空巢老人探访").first.click()
    phone.get_by_role("link", name=ACTIVITY).first.click()
    number = phone.url.rstrip("/").rpartition("/")[2]
    return f"/desk/activities/{number}/roster/"


def _closed_and_opened(phone: Page, watch: browsers.Watch) -> Page:
    """Close the tab and open the page anew, still without network."""
    address, context = phone.url, phone.context
    phone.close()
    again = context.new_page()
    watch.over(again, address.partition("/offline/")[0])
    again.goto(address)
    expect(again.locator("body[data-ready]")).to_be_attached()
    return again


def _one_record(look: Look) -> None:
    desk = look(desk=True, account="demo-leader")
    desk.goto(_roster(desk))
    desk.get_by_role("link", name="离线签到").click()
    rows = desk.locator("tbody tr").filter(has_text="王芳")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("已记录")
    assert browsers.faults(desk) == []
