from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.hashers import get_hasher

from voluncity.city.people import actions
from voluncity.city.people.models import User
from voluncity.kernel.refusals import BadInput, NotFound, Refusal, TooMany
from voluncity.testing.make_people import NOON, make_user

PASSWORD = "晋祠-三晋名泉-2026"
MINUTE = timedelta(minutes=1)

pytestmark = pytest.mark.django_db


def make_staff(handle: str = "zhang-wei", phone: str = "") -> User:
    return actions.create_account(
        handle=handle, display_name="张伟", password=PASSWORD, phone=phone, at=NOON
    )


def log_in(name: str, password: str, *, minutes: int = 0) -> User:
    return actions.log_in_with_password(
        name=name, password=password, at=NOON + minutes * MINUTE, address="10.0.0.1"
    )


@pytest.mark.parametrize(
    "written",
    ["zhang-wei", "ZHANG-WEI", " ｚｈａｎｇ-wei ", "13900000009", "１３９０００００００９"],
)
def test_staff_log_in_by_name_or_phone(written: str) -> None:
    staff = make_staff(phone="13900000009")
    assert log_in(written, PASSWORD) == staff


def refused(name: str, password: str) -> tuple[str, str]:
    with pytest.raises(BadInput) as refusal:
        log_in(name, password)
    return refusal.value.field, refusal.value.sentence


def test_unknown_name_wrong_password_and_closed_account_look_the_same() -> None:
    make_staff()
    User.objects.filter(pk=make_staff("closed").pk).update(is_active=False)
    answers = {
        refused("zhang-wei", "wrong"),
        refused("nobody", PASSWORD),
        refused("13911112222", PASSWORD),
        refused("closed", PASSWORD),
    }
    assert answers == {("password", "账号或密码不对，请核对大小写后重试。")}


@pytest.mark.parametrize("name", ["zhang-wei", "nobody", "13911112222", "li-qiang", "closed"])
def test_a_try_costs_as_much_whether_the_name_is_known_or_not(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_staff()
    make_user("李强", handle="li-qiang")  # without a password
    User.objects.filter(pk=make_staff("closed").pk).update(is_active=False)
    hasher, hashed = type(get_hasher()), []
    encode = hasher.encode

    def counted(self: Any, password: str, salt: str, *rest: Any) -> str:
        hashed.append(password)
        return encode(self, password, salt, *rest)

    monkeypatch.setattr(hasher, "encode", counted)
    refused(name, "wrong")
    assert len(hashed) == 1


@pytest.mark.parametrize("name", ["zhang-wei", "nobody"])
def test_five_wrong_passwords_lock_for_a_quarter_of_an_hour(name: str) -> None:
    make_staff()
    for _ in range(5):
        refused(name, "wrong")
    with pytest.raises(TooMany) as refusal:
        log_in(name, PASSWORD)
    assert refusal.value.sentence == (
        "连续输错 5 次，这个账号暂时不能用密码登录，请 12:15 以后再试。忘记密码的，现在就可以"
        "改用手机验证码登录再重设密码；没有绑定手机的，请联系本单位安全管理员。"
    )


def test_a_locked_account_opens_again_by_itself() -> None:
    staff = make_staff()
    for _ in range(5):
        refused("zhang-wei", "wrong")
    for minute in range(15):
        with pytest.raises(TooMany):
            log_in("zhang-wei", PASSWORD, minutes=minute)
    assert log_in("zhang-wei", PASSWORD, minutes=15) == staff


def test_the_lock_ends_when_the_first_wrong_try_is_old_enough() -> None:
    make_staff()
    for minute in (0, 3, 4, 5, 6):
        with pytest.raises(BadInput):
            log_in("zhang-wei", "wrong", minutes=minute)
    with pytest.raises(TooMany, match="请 12:15 以后再试"):
        log_in("zhang-wei", PASSWORD, minutes=9)
    assert log_in("zhang-wei", PASSWORD, minutes=15)


def test_the_right_password_clears_the_wrong_ones() -> None:
    make_staff()
    for _ in range(4):
        refused("zhang-wei", "wrong")
    log_in("zhang-wei", PASSWORD)
    for _ in range(4):
        refused("zhang-wei", "wrong")
    assert log_in("zhang-wei", PASSWORD)


@pytest.mark.parametrize("name", ["", "   ", "\x00\u200b"])
def test_an_empty_name_is_asked_for(name: str) -> None:
    assert refused(name, PASSWORD) == ("name", "请填写账号或手机号。")


def test_an_account_without_password_opens_by_no_password() -> None:
    make_user("李强", handle="li-qiang")
    assert refused("li-qiang", "!")[0] == "password"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"password": "123"}, "password"),
        ({"password": "1234567890123"}, "password"),
        ({"handle": "张伟"}, "handle"),
        ({"handle": "a b"}, "handle"),
        ({"handle": "13900000001"}, "handle"),
        ({"handle": "x" * 21}, "handle"),
        ({"display_name": "😀"}, "display_name"),
        ({"phone": "123"}, "phone"),
    ],
)
def test_bad_answers_make_no_account(change: dict[str, str], field: str) -> None:
    asked: dict[str, Any] = {
        "handle": "li-qiang",
        "display_name": "李强",
        "password": PASSWORD,
    } | change
    with pytest.raises(BadInput) as refusal:
        actions.create_account(at=NOON, **asked)
    assert refusal.value.field == field
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("handle", "phone", "field"), [("zhang-wei", "", "handle"), ("li", "13900000009", "phone")]
)
def test_handle_and_phone_belong_to_one_account(handle: str, phone: str, field: str) -> None:
    make_staff(phone="13900000009")
    with pytest.raises(Refusal) as refusal:
        make_staff(handle, phone)
    assert refusal.value.field == field


@pytest.mark.parametrize(
    "password", ["abcdefghijklm", "abcdefghij123", "晋祠晋祠晋祠晋祠晋祠2026", "-----晋祠晋祠晋祠"]
)
def test_a_password_of_two_kinds_of_characters_is_refused(password: str) -> None:
    with pytest.raises(BadInput, match="3 类字符"):
        actions.create_account(handle="li", display_name="李强", password=password, at=NOON)


@pytest.mark.parametrize("password", ["Abcdefghij123", "晋祠晋祠晋祠-2026", "😀三晋名泉晋祠2026"])
def test_three_kinds_of_characters_are_enough(password: str) -> None:
    actions.create_account(handle="li", display_name="李强", password=password, at=NOON)
    assert User.objects.get().check_password(password)


def test_a_new_password_replaces_the_old_one() -> None:
    staff = make_staff()
    actions.set_password(user=staff, password="晋阳-汾河晚渡-2027", at=NOON, by=None)
    assert refused("zhang-wei", PASSWORD)[0] == "password"
    assert log_in("zhang-wei", "晋阳-汾河晚渡-2027") == staff


def test_only_accounts_of_the_demo_open_with_one_tap() -> None:
    demo = make_user("王芳", handle="demo-volunteer")
    make_user("李强", handle="li-qiang")
    assert actions.log_in_to_demo(handle="demo-volunteer", at=NOON) == demo
    for handle in ("li-qiang", "demo-nobody", ""):
        with pytest.raises(NotFound):
            actions.log_in_to_demo(handle=handle, at=NOON)
