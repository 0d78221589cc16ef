"""Where somebody is logged in: in plain words; ended by the owner, a new password, the clock."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from voluncity.city.access.models import Session
from voluncity.city.access.permissions import Role
from voluncity.city.journal.models import Entry
from voluncity.city.people import actions, queries
from voluncity.city.people.devices import device_words
from voluncity.city.people.models import User
from voluncity.testing.clock import stopped_at
from voluncity.testing.counting import queries_for
from voluncity.testing.make_orgs import give
from voluncity.testing.make_people import NOON, make_region, make_user, make_volunteer, user_of

PASSWORD, NEWER = "晋祠-三晋名泉-2026", "晋阳-汾河晚渡-2027"
WECHAT = (
    "Mozilla/5.0 (Linux; Android 14; V2301A) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0"
    " Chrome/116.0.0.0 Mobile Safari/537.36 XWEB/1160117 MicroMessenger/8.0.49.2600"
)
WINDOWS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0"
)
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15"
    " (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1"
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff() -> User:
    user = actions.create_account(
        handle="zhang-wei", display_name="张伟", password=PASSWORD, at=NOON
    )
    give(user, Role.COMMUNITY_WORKER, make_region())
    return user


def log_in(agent: str = WINDOWS, *, password: str = PASSWORD) -> Client:
    browser = Client(headers={"user-agent": agent})
    asked = {"way": "password", "name": "zhang-wei", "password": password}
    assert browser.post("/login/", asked).status_code == 302
    return browser


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (WECHAT, "安卓手机或平板 · 微信"),
        (WINDOWS, "Windows 电脑 · Edge 浏览器"),
        (IPHONE, "苹果手机 · Safari 浏览器"),
        (
            "Mozilla/5.0 (Phone; OpenHarmony 5.0) ArkWeb HuaweiBrowser",
            "鸿蒙手机或平板 · 华为浏览器",
        ),
        ("curl/8.5", "未知设备"),
        ("", "未知设备"),
        ("😀" * 5000, "未知设备"),
    ],
)
def test_a_browser_is_named_in_plain_words(agent: str, words: str) -> None:
    assert device_words(agent) == words


def test_the_list_names_devices_and_marks_this_one(staff: User) -> None:
    phone, desk = log_in(WECHAT), log_in(WINDOWS)
    words = desk.get("/me/security/devices/").content.decode()
    assert words.index("Windows 电脑 · Edge 浏览器") < words.index("本机")
    assert words.index("本机") < words.index("安卓手机或平板 · 微信")
    key = phone.session.session_key or ""
    assert key not in words
    assert queries.session_mark(key) in words


def test_one_other_device_is_ended_and_not_this_one(staff: User) -> None:
    phone, desk = log_in(WECHAT), log_in(WINDOWS)
    end = "/me/security/devices/end/"
    own = queries.session_mark(desk.session.session_key or "")
    assert desk.post(end, {"mark": own}).status_code == 409
    theirs = queries.session_mark(phone.session.session_key or "")
    assert desk.post(end, {"mark": theirs}).status_code == 302
    assert phone.get("/me/").status_code == 302
    assert desk.get("/me/").status_code == 200
    assert desk.post(end, {"mark": theirs}).status_code == 409


def test_somebody_elses_device_cannot_be_ended(staff: User) -> None:
    browser, other = log_in(), Client()
    other.force_login(make_user("李强"))
    mark = queries.session_mark(other.session.session_key or "")
    assert browser.post("/me/security/devices/end/", {"mark": mark}).status_code == 409
    assert other.get("/me/").status_code == 200


def test_all_others_are_ended_at_once(staff: User) -> None:
    phone, second, desk = log_in(WECHAT), log_in(WECHAT), log_in()
    page = desk.post("/me/security/devices/end-others/", follow=True)
    assert "其他 2 台设备已经退出登录。" in page.content.decode()
    answers = [one.get("/me/").status_code for one in (phone, second, desk)]
    assert answers == [302, 302, 200]
    assert Entry.objects.get(verb="people.end_sessions").data == {"count": 2}


def test_the_list_asks_the_same_for_one_device_and_for_thirty(staff: User) -> None:
    browser = log_in()
    asked = queries_for(browser, "/me/security/devices/")
    for _ in range(30):
        Client().force_login(staff)
    assert queries_for(browser, "/me/security/devices/") == asked


def test_a_new_password_ends_all_other_sessions(staff: User) -> None:
    phone, desk = log_in(WECHAT), log_in()
    asked = {"old": PASSWORD, "password": NEWER, "again": NEWER}
    assert desk.post("/me/security/password/", asked).status_code == 302
    assert [one.get("/me/").status_code for one in (phone, desk)] == [302, 200]
    assert list(Session.objects.values_list("user", flat=True)) == [staff.pk]


# -- How long a session lives ------------------------------------------------------------------


def test_a_request_writes_only_every_ten_minutes(staff: User) -> None:
    browser = Client()
    with stopped_at(NOON) as clock:
        browser.force_login(user_of(make_volunteer()))
        clock.move(minutes=9, seconds=59)
        assert writes_of(browser) == 0
        clock.move(seconds=1)
        assert writes_of(browser) == 1
        assert writes_of(browser) == 0
    assert Session.objects.get().seen_at == NOON + timedelta(minutes=10)
    assert Session.objects.get().began_at == NOON


def writes_of(browser: Client) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert browser.get("/me/security/").status_code == 200
    return sum("UPDATE" in one["sql"] for one in asked)


def test_the_session_keeps_its_beginning_when_it_is_written_again(staff: User) -> None:
    browser = Client()
    with stopped_at(NOON) as clock:
        browser.force_login(staff)
        clock.move(minutes=3)
        session = browser.session
        session["note"] = "anything"
        session.save()
    assert Session.objects.get().began_at == NOON


def idle(minutes: int, *, user: User) -> int:
    browser = Client()
    with stopped_at(NOON) as clock:
        browser.force_login(user)
        clock.move(minutes=minutes)
        return browser.get("/me/security/").status_code


def test_staff_who_did_nothing_for_half_an_hour_are_logged_out(
    staff: User, settings: Settings
) -> None:
    settings.VOLUNCITY_DEMO = False
    assert [idle(30, user=staff), idle(31, user=staff)] == [200, 302]


def test_residents_and_the_demo_stay_logged_in(staff: User, settings: Settings) -> None:
    assert idle(600, user=staff) == 200
    settings.VOLUNCITY_DEMO = False
    assert idle(600, user=user_of(make_volunteer())) == 200


def test_who_goes_on_working_stays_logged_in(staff: User, settings: Settings) -> None:
    settings.VOLUNCITY_DEMO = False
    browser = Client()
    with stopped_at(NOON) as clock:
        browser.force_login(staff)
        for _ in range(6):
            clock.move(minutes=25)
            assert browser.get("/me/security/").status_code == 200


def test_the_login_page_says_why(staff: User, settings: Settings) -> None:
    settings.VOLUNCITY_DEMO = False
    browser = Client()
    with stopped_at(NOON) as clock:
        browser.force_login(staff)
        clock.move(minutes=31)
        words = browser.get("/desk/", follow=True).content.decode()
        assert "您有一段时间没有操作" in words
        assert "您有一段时间没有操作" not in browser.get("/login/").content.decode()


def test_staff_are_logged_in_on_three_devices_at_most(staff: User, settings: Settings) -> None:
    settings.VOLUNCITY_DEMO = False
    browsers = []
    with stopped_at(NOON) as clock:
        for _ in range(4):
            browsers.append(log_in())
            clock.move(minutes=1)
        answers = [one.get("/me/security/").status_code for one in browsers]
    assert answers == [302, 200, 200, 200]


# -- Passwords -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"old": "wrong"}, "现在的密码不对"),
        ({"old": ""}, "请填写现在的密码。"),
        ({"again": "another"}, "两次填写的密码不一样"),
        ({"password": "short", "again": "short"}, "密码太短了"),
        ({"password": "abcdefghijkl", "again": "abcdefghijkl"}, "密码请至少用 3 类字符"),
        ({"password": PASSWORD, "again": PASSWORD}, "新密码和原来的一样"),
        ({"password": "长" * 129, "again": "长" * 129}, "密码最多 128 位"),
    ],
)
def test_a_password_that_will_not_do_gets_a_sentence(
    staff: User, change: dict[str, str], sentence: str
) -> None:
    browser = log_in()
    asked = {"old": PASSWORD, "password": NEWER, "again": NEWER} | change
    page = browser.post("/me/security/password/", asked)
    assert (page.status_code, sentence in page.content.decode()) == (422, True)
    assert log_in()


def test_a_code_to_the_phone_replaces_a_forgotten_password() -> None:
    from voluncity.city.people.tests.conftest import code_for

    owner = actions.create_account(
        handle="li-na", display_name="李娜", password=PASSWORD, phone="13900000009", at=NOON
    )
    browser = Client()
    with stopped_at(NOON) as clock:
        code = code_for("13900000009")
        browser.post("/login/", {"phone": "13900000009", "code": code})
        assert "现在的密码" not in browser.get("/me/security/password/").content.decode()
        clock.move(minutes=15)
        assert "现在的密码" in browser.get("/me/security/password/").content.decode()
        clock.move(minutes=-1)
        asked = {"password": NEWER, "again": NEWER}
        assert browser.post("/me/security/password/", asked).status_code == 302
    owner.refresh_from_db()
    assert owner.check_password(NEWER)


def test_staff_with_an_old_password_are_led_to_a_new_one(staff: User, settings: Settings) -> None:
    settings.VOLUNCITY_DEMO = False
    asked = {"way": "password", "name": "zhang-wei", "password": PASSWORD}
    found = []
    for days in (89, 90):
        with stopped_at(NOON + timedelta(days=days)):
            found.append(Client().post("/login/", asked).headers["Location"])
    assert found == ["/desk/", "/me/security/password/"]
