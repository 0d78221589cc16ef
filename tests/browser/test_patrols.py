"""Row C12 on the phone of somebody past 66: three taps, also where there is no network."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, Page, expect

from voluncity.testing.browser import Watch, faults
from voluncity.testing.make_files import make_picture

pytestmark = pytest.mark.browser
Look = Callable[..., Page]
PHOTO: FilePayload = {
    "name": "photo.jpg",
    "mimeType": "image/jpeg",
    "buffer": make_picture((640, 480)),
}
COUNT = """addEventListener("pointerdown", () => {
  sessionStorage.taps = Number(sessionStorage.taps ?? 0) + 1;
}, true)"""


def _take_photo(page: Page, kind: str) -> None:
    with page.expect_file_chooser() as camera:
        page.locator(".patrol__kind", has_text=kind).click()
    camera.value.set_files(PHOTO)
    expect(page.get_by_alt_text("刚拍的照片")).to_be_visible()


@pytest.mark.row("C12")
def test_three_taps_report_a_problem_in_elder_mode(look: Look) -> None:
    page = look(elder=True, account="demo-elder")
    page.goto("/patrols/")
    assert faults(page) == []
    page.evaluate(COUNT)
    _take_photo(page, "垃圾杂物")
    page.locator("label.chip", has=page.locator("input[name=place]")).nth(1).click()
    page.get_by_role("button", name="发送").click()
    expect(page.get_by_role("heading", name="收到了，谢谢您！")).to_be_visible()
    assert page.evaluate("sessionStorage.taps") == "3"
    assert faults(page) == []
    page.get_by_role("link", name="我反映的").last.click()
    expect(page.get_by_text("已转给市环保局").first).to_be_visible()


@pytest.mark.row("C12")
def test_without_network_a_report_waits_and_is_sent_once(look: Look, watch: Watch) -> None:
    page = look(account="demo-volunteer")
    page.goto("/patrols/mine/")
    before = page.locator("a.cell[href*='/patrols/mine/']").count()
    page.goto("/patrols/")
    page.context.set_offline(True)
    _take_photo(page, "乱停车")
    page.get_by_role("button", name="发送").click()
    expect(page.get_by_text("1 件先存在手机里")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_text("存下的 1 件已发出")).to_be_visible()
    page.reload()
    expect(page.get_by_text("先存在手机里")).to_be_hidden()
    page.goto("/patrols/mine/")
    expect(page.locator("a.cell[href*='/patrols/mine/']")).to_have_count(before + 1)
    # The browser notes the sending that the lost network swallowed; nothing else is excused.
    watch.complaints[:] = [one for one in watch.complaints if "ERR_INTERNET" not in one]
