"""The whole loop in a real browser at phone size, as a newcomer walks it with the demo accounts."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]  # it ships no types
import pytest
from playwright.sync_api import FilePayload, Page, expect

from voluncity.kernel.identity import id_check_digit
from voluncity.testing import live
from voluncity.testing.browser import choose_place, faults

pytestmark = pytest.mark.browser
Look = Callable[..., Page]
TURNS, PAUSE = 50, 2_000  # the worker computes hours once a minute
PAST, COMING = "邻里探访·今日一场", "邻里便民·马上开始"


@pytest.fixture(scope="module")
def left() -> set[str]:
    """Remember who checked out already: the worker needs a minute to make hours of it."""
    return set()


@pytest.mark.row("C5")
def test_who_was_checked_in_checks_out_with_the_six_digits(look: Look, left: set[str]) -> None:
    _check_out(look, left)
    volunteer = look(account="demo-volunteer")
    volunteer.goto("/scan/")
    expect(volunteer.get_by_role("link", name=PAST).get_by_text("已参加")).to_be_visible()


@pytest.mark.row("A1", "A2", "A3", "C2", "C3", "C5")
def test_a_newcomer_joins_finds_signs_up_and_checks_in(look: Look) -> None:
    phone, leader = look(), look(desk=True, account="demo-leader")
    _join(phone, name="孙小满", phone="13800135001", id_number=_id_number(date(1995, 5, 20), 301))
    phone.goto("/me/identity/")
    _reload_until(phone, "已通过实名认证")
    phone.get_by_role("link", name="去找活动").click()
    phone.get_by_role("searchbox").fill("便民")
    phone.keyboard.press("Enter")
    phone.get_by_role("link", name=COMING).first.click()
    phone.get_by_role("link", name="立即报名").click()
    expect(phone.get_by_text("不收受礼品")).to_be_visible()
    phone.get_by_role("checkbox").check()
    _click(phone, "确认报名")
    expect(phone.get_by_text("报名成功").first).to_be_visible()
    _show_screen(leader, COMING)
    phone.goto("/scan/")
    _type_digits(phone, leader)
    expect(phone.get_by_role("button", name="签到", exact=True)).to_be_visible()
    assert faults(phone) == []
    _click(phone, "签到")
    expect(phone.get_by_role("heading", name=re.compile("签到成功"))).to_be_visible()
    assert faults(phone) == []


@pytest.mark.row("C5")
def test_a_photo_of_the_screen_is_as_good_as_the_digits(look: Look) -> None:
    phone, leader = look(account="demo-elder"), look(desk=True, account="demo-leader")
    phone.goto("/find/?q=便民")
    phone.get_by_role("link", name=COMING).first.click()
    phone.get_by_role("link", name="立即报名").click()
    phone.get_by_role("checkbox").check()
    _click(phone, "确认报名")
    _show_screen(leader, COMING)
    picture = leader.locator(".screen__code").screenshot()
    phone.goto("/scan/")
    photo: FilePayload = {"name": "IMG_1.png", "mimeType": "image/png", "buffer": picture}
    phone.locator("input[data-scan-photo]").set_input_files(photo)
    _click(phone, "签到")
    expect(phone.get_by_role("heading", name=re.compile("签到成功"))).to_be_visible()


@pytest.mark.row("C6", "D1", "D2", "D4", "A3")
def test_hours_make_a_star_and_a_certificate_that_anyone_can_verify(
    look: Look, left: set[str], city: live.Live, tmp_path: Path
) -> None:
    office = look(desk=True, account="demo-city-office")
    before = _city_hours(office)
    _check_out(look, left)
    volunteer, leader = look(account="demo-volunteer"), look(desk=True, account="demo-leader")
    volunteer.goto("/hours/")
    _reload_until(volunteer, "待确认")
    volunteer.goto("/honor/stars/")
    expect(volunteer.get_by_text("98 小时").first).to_be_visible()
    _confirm_hours(leader)
    _reload_until(volunteer, "您已达到最高星级")
    expect(volunteer.get_by_text("100 小时").first).to_be_visible()
    _wait_for_city_hours(office, before + 2)
    _verify(look(), _issue(volunteer, tmp_path))
    live.manage(city.database_url, "check_books")


def _id_number(born_on: date, sequence: int) -> str:
    first17 = f"140106{born_on:%Y%m%d}{sequence:03d}"
    return first17 + id_check_digit(first17)


def _click(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def _reload_until(page: Page, words: str) -> None:
    for _ in range(TURNS):
        if page.get_by_text(words).first.is_visible():
            return
        page.wait_for_timeout(PAUSE)
        page.reload()
    expect(page.get_by_text(words).first).to_be_visible()


def _join(page: Page, *, name: str, phone: str, id_number: str) -> None:
    page.goto("/")
    page.get_by_role("link", name="加入志愿者").click()
    page.get_by_label("手机号").first.fill(phone)
    _click(page, "获取验证码")
    shown = page.get_by_text(re.compile(r"验证码\D{0,12}\d{6}")).first
    expect(shown).to_be_visible()
    code = re.search(r"\d{6}", shown.inner_text())
    assert code is not None
    page.get_by_label("验证码").first.fill(code.group())
    _click(page, "下一步")
    page.get_by_label("姓名").first.fill(name)
    page.get_by_role("textbox", name="证件号码").fill(id_number)
    assert faults(page) == []
    choose_place(page, "迎泽区", "桥东街道", "桥东街社区")
    page.locator("input[name=terms]").check()
    _click(page, "完成登记")
    assert faults(page) == []
    page.get_by_role("group", name="周三").get_by_text("下午").click()
    _click(page, "保存")
    expect(page.get_by_role("heading", name="您想怎样服务")).to_have_count(0)


def _show_screen(leader: Page, activity: str) -> None:
    leader.goto("/desk/projects/")
    leader.get_by_role("link", name="邻里守望·空巢老人探访").first.click()
    leader.get_by_role("link", name=activity).first.click()
    leader.get_by_role("link", name="签到码").first.click()
    expect(leader.locator(".screen__digits")).to_be_visible()


def _type_digits(phone: Page, leader: Page) -> None:
    digits = re.sub(r"\D", "", leader.locator(".screen__digits").inner_text())
    phone.get_by_label("屏幕上的六位数字").fill(digits)
    _click(phone, "确定")


def _check_out(look: Look, left: set[str]) -> None:
    """Let 王芳 leave the activity that ended a moment ago, unless she has left."""
    if "王芳" in left:
        return
    volunteer, leader = look(account="demo-volunteer"), look(desk=True, account="demo-leader")
    _show_screen(leader, PAST)
    volunteer.goto("/scan/")
    _type_digits(volunteer, leader)
    _click(volunteer, "签退")
    expect(volunteer.get_by_role("heading", name=re.compile("签退成功"))).to_be_visible()
    left.add("王芳")


def _confirm_hours(leader: Page) -> None:
    leader.goto("/desk/")
    leader.get_by_role("link", name=re.compile("时长待确认")).click()
    leader.get_by_role("link", name=re.compile(PAST)).first.click()
    leader.get_by_role("checkbox", name="选择王芳").check()
    _click(leader, "确认所选")
    row = leader.get_by_role("row", name=re.compile("王芳"))
    expect(row.get_by_text("已入账")).to_be_visible()


def _city_hours(office: Page) -> int:
    office.goto("/desk/")
    shown = office.locator(".stats > div", has_text="累计服务时长").locator("dd").first.inner_text()
    digits = re.match(r"[\d,]+", shown.strip())
    assert digits is not None, shown
    return int(digits.group().replace(",", ""))


def _wait_for_city_hours(office: Page, wanted: int) -> None:
    """Look again until the worker has counted anew (`portal.tasks.keep_figures`)."""
    for _ in range(TURNS):
        if _city_hours(office) == wanted:
            return
        office.wait_for_timeout(PAUSE)
    assert _city_hours(office) == wanted


def _issue(volunteer: Page, folder: Path) -> str:
    """Issue a certificate, download it, and return what the paper says."""
    volunteer.goto("/honor/certificates/")
    _click(volunteer, "开具全部服务的证明")
    address = volunteer.locator("a.cell[href$='/pdf/']").first.get_attribute("href")
    assert address is not None
    answer = volunteer.request.get(address)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
    paper = folder / "certificate.pdf"
    paper.write_bytes(answer.body())
    document = pypdfium2.PdfDocument(paper)
    try:
        return "".join(page.get_textpage().get_text_bounded() for page in document)
    finally:
        document.close()


def _verify(anybody: Page, words: str) -> None:
    """Let somebody without an account type what the paper says."""
    found = re.search(r"编号\W*([0-9A-Z]+)", words)
    code = re.search(r"校验码\W*(\d{8})", words)
    assert found is not None, words
    assert code is not None, words
    anybody.goto("/honor/v/")
    anybody.get_by_label("编号").fill(found.group(1))
    anybody.get_by_label("校验码").fill(code.group(1))
    _click(anybody, "核验")
    expect(anybody.get_by_role("heading", name="证明有效")).to_be_visible()
    expect(anybody.get_by_text("王*")).to_be_visible()
    expect(anybody.get_by_text("王芳")).to_have_count(0)
    assert faults(anybody) == []
