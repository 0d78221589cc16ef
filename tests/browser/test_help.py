"""The guides in a browser: found in a tap or two, read at every size, their contents lead on."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from voluncity.testing.browser import faults

pytestmark = pytest.mark.browser
Look = Callable[..., Page]
SIZES = pytest.mark.parametrize(
    ("desk", "elder"),
    [(False, False), (False, True), (True, False)],
    ids=["390", "elder", "1280"],
)


@SIZES
def test_a_guide_is_two_taps_away_and_its_contents_lead_on(
    look: Look, *, desk: bool, elder: bool
) -> None:
    page = look(desk=desk, elder=elder)
    page.goto("/find/")
    page.get_by_role("link", name="使用帮助").click()
    assert faults(page) == []
    page.get_by_role("link", name=re.compile("居民使用指南")).click()
    assert faults(page) == []
    contents = page.get_by_role("navigation", name="目录")
    contents.get_by_role("link", name="三、签到、签退").click()
    heading = page.get_by_role("heading", name="三、签到、签退")
    expect(heading).to_be_in_viewport()
    assert page.evaluate(_COVERED) is False


# Whether a bar lies over the heading that the address names.
_COVERED = """() => {
    const heading = document.getElementById(decodeURIComponent(location.hash.slice(1)))
    const box = heading.getBoundingClientRect()
    return document.elementFromPoint(box.left + 8, box.top + box.height / 2) !== heading
}"""


@SIZES
def test_pictures_keep_their_shape(look: Look, *, desk: bool, elder: bool) -> None:
    page = look(desk=desk, elder=elder)
    page.goto("/help/resident/")
    picture = page.get_by_role("img", name="我的时长（看大图）")
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("complete", value=True)
    shown = picture.evaluate("one => one.clientWidth / one.clientHeight")
    assert abs(shown - 390 / 844) < 0.01
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("desk", [False, True], ids=["390", "1280"])
def test_the_desk_of_the_fund_leads_to_its_guide(look: Look, *, desk: bool) -> None:
    office = look(desk=desk, account="demo-fund-office")
    office.goto("/desk/")
    assert faults(office) == []
    office.get_by_role("link", name="专项基金办公室手册").click()
    expect(office.get_by_role("heading", name="专项基金办公室手册")).to_be_visible()
    assert faults(office) == []
    office.goto("/desk/")
    if not desk:
        office.get_by_text("菜单").click()
    office.get_by_role("link", name="使用帮助").click()
    expect(office.get_by_role("link", name=re.compile("组织者手册"))).to_be_visible()
