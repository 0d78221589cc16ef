from __future__ import annotations

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from voluncity.city.access.models import Grant
from voluncity.city.access.permissions import Role
from voluncity.city.journal.models import Entry
from voluncity.city.people import actions
from voluncity.city.people.models import LoginCode, User
from voluncity.city.people.tests.conftest import code_in
from voluncity.testing.counting import queries_for
from voluncity.testing.make_people import (
    NOON,
    make_phone,
    make_region,
    make_user,
    make_volunteer,
    user_of,
)
from voluncity.testing.pages import as_

PHONE = "13900000001"
HTMX = {"HX-Request": "true"}

pytestmark = pytest.mark.django_db


def get_code(browser: Client, phone: str = PHONE) -> str:
    asked = {"phone": phone, "purpose": "login"}
    return code_in(browser.post("/login/code/", asked, headers=HTMX).content.decode())


def test_the_action_for_logging_in_sends_a_login_code() -> None:
    actions.send_login_code(phone=PHONE, at=NOON, address="10.0.0.1")
    assert LoginCode.objects.get().purpose == "login"


def log_in(browser: Client, phone: str = PHONE, **more: str) -> str:
    asked = {"phone": phone, "code": get_code(browser, phone)} | more
    return browser.post("/login/", asked).headers["Location"]


def test_the_code_is_shown_on_the_screen_of_the_demo_and_marked() -> None:
    page = Client().post("/login/code/", {"phone": PHONE, "purpose": "login"}, headers=HTMX)
    words = page.content.decode()
    assert "验证码已发到 139****0001" in words
    assert "演示：真实城市中，下面这条短信会发到手机上" in words


def test_outside_the_demo_no_code_is_shown(settings: Settings) -> None:
    settings.VOLUNCITY_DEMO = False
    page = Client().post("/login/code/", {"phone": PHONE, "purpose": "login"}, headers=HTMX)
    assert page.status_code == 409
    assert "本市还没有接通短信" in page.content.decode()
    assert not LoginCode.objects.exists()


def test_the_page_says_the_same_about_known_and_unknown_phones() -> None:
    make_volunteer(phone=PHONE)
    unknown = "13900000009"
    pages = [
        Client().post("/login/code/", {"phone": phone, "purpose": "login"}, headers=HTMX)
        for phone in (PHONE, unknown)
    ]
    words = [page.content.decode().split("5 分钟内有效")[0] for page in pages]
    assert words[0] == words[1].replace("0009", "0001")


def test_a_newcomer_goes_on_to_registration_a_volunteer_to_the_own_page() -> None:
    make_volunteer(phone="13900000002")
    assert log_in(Client()) == "/join/"
    assert log_in(Client(), "13900000002") == "/me/"


def test_staff_go_on_to_the_desk() -> None:
    staff = make_user("张伟", PHONE)
    Grant.objects.create(user=staff, role=Role.CITY_OFFICE, region=make_region(), given_at=NOON)
    assert log_in(Client()) in {"/desk/", "/me/"}


def test_full_width_digits_log_in() -> None:
    browser = Client()
    code = get_code(browser).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    page = browser.post("/login/", {"phone": "１３９ 0000 0001", "code": code})
    assert page.status_code == 302


def test_the_session_gets_a_new_key_at_login() -> None:
    browser = Client()
    session = browser.session
    session["planted"] = "by somebody"
    session.save()
    browser.cookies["sessionid"] = planted = session.session_key or ""
    log_in(browser)
    assert browser.cookies["sessionid"].value not in {"", planted}


def test_after_login_the_page_that_was_wanted_opens() -> None:
    assert log_in(Client(), next="/me/card/?x=1") == "/me/card/?x=1"


@pytest.mark.parametrize(
    "target",
    [
        "https://example.com/",
        "//example.com/",
        "/\\example.com",
        "javascript:alert(1)",
        "http:///example.com",
        "\x00//example.com",
        "https://testserver.example.com/",
    ],
)
def test_login_leads_to_no_other_site(target: str) -> None:
    assert log_in(Client(), next=target) == "/join/"


@pytest.mark.parametrize(
    ("phone", "code", "sentence"),
    [
        ("", "123456", "请填写手机号。"),
        ("139", "123456", "手机号应为 11 位数字，现在是 3 位，请核对。"),
        ("😀" * 11, "123456", "手机号只能填写数字，请重新填写。"),
        ("1" * 400, "123456", "手机号最多 30 个字，现在有 400 个字，请删减后再提交。"),
        (PHONE, "", "请填写短信里的 6 位数字验证码。"),
        (PHONE, "12345", "请填写短信里的 6 位数字验证码。"),
        (PHONE, "123456", "验证码已经失效，请重新获取。"),
        (PHONE, "\x00123456", "验证码已经失效，请重新获取。"),
    ],
)
def test_a_wrong_answer_gets_a_sentence(phone: str, code: str, sentence: str) -> None:
    page = Client().post("/login/", {"phone": phone, "code": code})
    assert (page.status_code, sentence in page.content.decode()) == (422, True)
    assert not User.objects.exists()


@pytest.mark.parametrize("purpose", ["", "everything", "😀"])
def test_a_code_for_nothing_known_is_refused(purpose: str) -> None:
    page = Client().post("/login/code/", {"phone": PHONE, "purpose": purpose}, headers=HTMX)
    assert page.status_code == 422


@pytest.mark.parametrize("purpose", ["guardian", "phone"])
def test_a_stranger_gets_only_login_codes(purpose: str) -> None:
    page = Client().post("/login/code/", {"phone": PHONE, "purpose": purpose}, headers=HTMX)
    assert page.status_code == 403
    assert not LoginCode.objects.exists()


def test_a_second_request_within_a_minute_is_told_to_wait() -> None:
    browser = Client()
    get_code(browser)
    page = browser.post("/login/code/", {"phone": PHONE, "purpose": "login"}, headers=HTMX)
    assert page.status_code == 429
    assert "秒后再获取" in page.content.decode()


def test_without_javascript_the_page_itself_sends_the_code() -> None:
    browser = Client()
    page = browser.post("/login/", {"phone": PHONE, "do": "code", "next": "/me/"})
    words = page.content.decode()
    assert (page.status_code, f'value="{PHONE}"' in words) == (200, True)
    assert 'name="next" value="/me/"' in words
    done = browser.post("/login/", {"phone": PHONE, "code": code_in(words), "next": "/me/"})
    assert done.headers["Location"] == "/me/"


def test_without_javascript_a_wrong_phone_is_named() -> None:
    page = Client().post("/login/", {"phone": "12", "do": "code"})
    assert (page.status_code, "现在是 2 位" in page.content.decode()) == (422, True)


def test_staff_log_in_with_a_password() -> None:
    actions.create_account(
        handle="zhang-wei", display_name="张伟", password="晋祠-三晋名泉-2026", at=NOON
    )
    browser = Client()
    assert "账号密码" in browser.get("/login/?way=password").content.decode()
    asked = {"way": "password", "name": "zhang-wei", "password": "wrong"}
    page = browser.post("/login/", asked)
    assert (page.status_code, "账号或密码不对" in page.content.decode()) == (422, True)
    page = browser.post("/login/", asked | {"password": "晋祠-三晋名泉-2026"})
    assert page.status_code == 302
    assert Entry.objects.get(verb="people.log_in").data == {"way": "password"}


def test_without_a_gateway_the_page_asks_for_a_password(settings: Settings) -> None:
    settings.VOLUNCITY_SMS = "none"
    words = Client().get("/login/").content.decode()
    assert "本市还没有接通短信" in words
    assert "获取验证码" not in words
    assert "请带身份证件到就近的志愿服务站办理" in Client().get("/join/").content.decode()


def test_demo_accounts_open_with_one_tap() -> None:
    make_volunteer("王芳", user=make_user("王芳", handle="demo-volunteer"))
    staff = make_user("张伟", handle="demo-city")
    Grant.objects.create(user=staff, role=Role.CITY_OFFICE, region=make_region(), given_at=NOON)
    browser = Client()
    words = browser.get("/login/").content.decode()
    assert words.index("王芳") < words.index("张伟")
    assert "市文明办" in words
    page = browser.post("/login/demo/", {"handle": "demo-volunteer", "next": "/me/card/"})
    assert page.headers["Location"] == "/me/card/"


def test_a_page_with_many_demo_accounts_asks_no_more_than_one_with_few() -> None:
    make_user("王芳", handle="demo-0")
    asked = queries_for(Client(), "/login/")
    for number in range(1, 30):
        make_user("王芳", handle=f"demo-{number}")
    assert queries_for(Client(), "/login/") == asked


def test_outside_the_demo_nothing_opens_with_one_tap(settings: Settings) -> None:
    make_user("王芳", handle="demo-volunteer")
    settings.VOLUNCITY_DEMO = False
    browser = Client()
    assert "demo-volunteer" not in browser.get("/login/").content.decode()
    page = browser.post("/login/demo/", {"handle": "demo-volunteer"})
    assert (page.status_code, "sessionid" in browser.cookies) == (404, False)


def test_only_pressing_the_button_logs_out() -> None:
    browser = as_(make_user("王芳", make_phone()))
    assert browser.get("/logout/").status_code == 405
    assert browser.post("/logout/").status_code == 302
    assert browser.get("/me/").headers["Location"] == "/login/?next=/me/"
    assert Entry.objects.get().verb == "people.log_out"


def test_who_is_logged_in_is_sent_on() -> None:
    browser = as_(user_of(make_volunteer()))
    assert browser.get("/login/").headers["Location"] == "/me/"
    assert browser.get("/login/?next=/me/card/").headers["Location"] == "/me/card/"


def test_the_limits_look_at_what_the_nearest_proxy_wrote(settings: Settings) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    from voluncity.city.people.views.requests import address_of

    request = Client().get("/login/", headers={"X-Forwarded-For": "1.1.1.1, 10.9.8.7"}).wsgi_request
    assert address_of(request) == "10.9.8.7"
    settings.SECURE_PROXY_SSL_HEADER = None
    assert address_of(request) == "127.0.0.1"
