"""The second proof: set up once, a code counts once, wrong ones are slowed, printed ones help."""

from __future__ import annotations

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from voluncity.city.access.permissions import Role
from voluncity.city.journal.models import Entry
from voluncity.city.people import actions, queries
from voluncity.city.people.actions import second_factor
from voluncity.city.people.models import RecoveryCode, SecondFactor, User
from voluncity.city.people.states import SecondStep
from voluncity.city.policy.models import PolicyNumber
from voluncity.kernel import totp
from voluncity.kernel.refusals import BadInput, Refusal, TooMany, WrongState
from voluncity.testing.clock import stopped_at
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import (
    NOON,
    TODAY,
    make_region,
    make_user,
    make_volunteer,
    user_of,
)
from voluncity.testing.pages import as_
from voluncity.testing.rivals import rival_before

PASSWORD = "晋祠-三晋名泉-2026"
STEP = timedelta(seconds=totp.STEP_SECONDS)
MINUTE = timedelta(minutes=1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff() -> User:
    user = actions.create_account(
        handle="zhang-wei", display_name="张伟", password=PASSWORD, at=NOON
    )
    give(user, Role.COUNTY_OFFICE, make_region())
    return user


@pytest.fixture
def _a_real_city(settings: Settings) -> None:
    settings.VOLUNCITY_DEMO = False


def code_of(secret: str, *, steps: int = 0) -> str:
    return totp.code_at(secret, totp.step_of(NOON.timestamp()) + steps)


def set_up(user: User) -> tuple[str, list[str]]:
    secret = actions.start_second_factor(user=user, at=NOON)
    codes = actions.confirm_second_factor(user=user, code=code_of(secret), at=NOON)
    return secret, codes


# -- Setting it up ---------------------------------------------------------------------------


def test_nothing_is_asked_before_the_first_code_was_right(staff: User) -> None:
    secret = actions.start_second_factor(user=staff, at=NOON)
    assert queries.second_step(staff, on=TODAY) == SecondStep.NONE
    actions.confirm_second_factor(user=staff, code=code_of(secret), at=NOON)
    assert queries.second_step(staff, on=TODAY) == SecondStep.ASK


def test_the_key_stays_the_same_for_an_hour_and_is_sealed(staff: User) -> None:
    secret = actions.start_second_factor(user=staff, at=NOON)
    assert actions.start_second_factor(user=staff, at=NOON + 59 * MINUTE) == secret
    assert secret not in SecondFactor.objects.get().secret_cipher
    assert actions.start_second_factor(user=staff, at=NOON + 60 * MINUTE) != secret


def test_a_wrong_first_code_sets_nothing_up(staff: User) -> None:
    secret = actions.start_second_factor(user=staff, at=NOON)
    for wrong in ("000000", code_of(secret, steps=2), "😀", "１２", ""):
        with pytest.raises(BadInput) as refusal:
            actions.confirm_second_factor(user=staff, code=wrong, at=NOON)
        assert refusal.value.field == "code"
    assert not queries.has_second_factor(staff)
    assert not RecoveryCode.objects.exists()


def test_it_is_set_up_once(staff: User) -> None:
    secret, _ = set_up(staff)
    with pytest.raises(Refusal, match="已经开启"):
        actions.start_second_factor(user=staff, at=NOON)
    with pytest.raises(WrongState):
        actions.confirm_second_factor(user=staff, code=code_of(secret, steps=1), at=NOON)


# -- The code of the app ---------------------------------------------------------------------


def test_the_code_that_set_it_up_does_not_open_the_door_as_well(staff: User) -> None:
    secret, _ = set_up(staff)
    with pytest.raises(BadInput, match="已经用过"):
        actions.log_in_with_second(user=staff, code=code_of(secret), way="password", at=NOON)


def test_a_code_opens_once(staff: User) -> None:
    secret, _ = set_up(staff)
    code, at = code_of(secret, steps=2), NOON + 2 * STEP
    assert actions.log_in_with_second(user=staff, code=code, way="password", at=at) == "totp"
    with pytest.raises(BadInput, match="已经用过"):
        actions.log_in_with_second(user=staff, code=code, way="password", at=at)
    logins = Entry.objects.filter(verb="people.log_in").values_list("data", flat=True)
    assert list(logins) == [{"way": "password+totp"}]


def open_twice_at_once(staff: User) -> list[str]:
    """Let somebody else use the code up at the worst moment; return who got in."""
    secret, _ = set_up(staff)
    code, at = code_of(secret, steps=2), NOON + 2 * STEP
    opened: list[str] = []

    def enter(who: str) -> None:
        actions.log_in_with_second(user=staff, code=code, way=who, at=at)
        opened.append(who)

    with rival_before('UPDATE "people_secondfactor"', lambda: enter("rival")):
        try:
            enter("late")
        except BadInput:
            return opened
    return opened


def test_of_two_who_send_one_code_at_once_one_gets_in(staff: User) -> None:
    assert open_twice_at_once(staff) == ["rival"]


def test_the_saboteur_that_reads_and_then_writes_lets_both_in(staff: User) -> None:
    def careless(factor: SecondFactor, step: int) -> bool:
        SecondFactor.objects.filter(pk=factor.pk).update(last_step=step)
        return True

    with patch.object(second_factor, "_use_step", careless):
        assert open_twice_at_once(staff) == ["rival", "late"]


def test_five_wrong_codes_lock_and_say_until_when(staff: User) -> None:
    secret, codes = set_up(staff)
    for _ in range(5):
        with pytest.raises(BadInput):
            actions.log_in_with_second(user=staff, code="000000", way="password", at=NOON)
    later = NOON + 2 * STEP
    with pytest.raises(TooMany) as refusal:
        actions.log_in_with_second(
            user=staff, code=code_of(secret, steps=2), way="password", at=later
        )
    assert refusal.value.sentence == (
        "动态口令连续输错 5 次，已暂停核对，请 12:15 以后再试。手机不在身边的，"
        "现在就可以改填一个备用码；备用码也没有的，请联系本单位安全管理员。"
    )
    second = actions.log_in_with_second(user=staff, code=codes[0], way="password", at=later)
    assert second == "recovery"
    at = NOON + 15 * MINUTE
    code = totp.code_at(secret, totp.step_of(at.timestamp()))
    assert actions.log_in_with_second(user=staff, code=code, way="password", at=at) == "totp"


# -- Printed codes ---------------------------------------------------------------------------


def test_ten_printed_codes_open_once_each(staff: User) -> None:
    _, codes = set_up(staff)
    assert (len(set(codes)), queries.codes_left(staff)) == (10, 10)
    typed = codes[3].lower().replace("-", " ")
    assert actions.log_in_with_second(user=staff, code=typed, way="password", at=NOON) == "recovery"
    assert queries.codes_left(staff) == 9
    with pytest.raises(BadInput, match="已经用过"):
        actions.log_in_with_second(user=staff, code=codes[3], way="password", at=NOON)


def test_the_printed_codes_are_not_kept(staff: User) -> None:
    _, codes = set_up(staff)
    kept = set(RecoveryCode.objects.values_list("digest", flat=True))
    assert kept.isdisjoint(codes)
    assert kept.isdisjoint(code.replace("-", "") for code in codes)


def test_a_printed_code_is_worth_nothing_for_somebody_else(staff: User) -> None:
    _, codes = set_up(staff)
    other = make_user("李强")
    set_up(other)
    with pytest.raises(BadInput):
        actions.log_in_with_second(user=other, code=codes[0], way="password", at=NOON)


def test_new_printed_codes_take_the_place_of_the_old(staff: User) -> None:
    _, codes = set_up(staff)
    fresh = actions.renew_recovery_codes(user=staff, code=codes[0], at=NOON)
    with pytest.raises(BadInput):
        actions.log_in_with_second(user=staff, code=codes[1], way="password", at=NOON)
    assert actions.log_in_with_second(user=staff, code=fresh[0], way="code", at=NOON) == "recovery"


@pytest.mark.parametrize("code", ["", "12345", "1234567", "ABCDE", "😀" * 6, "１２３", "\x00"])
def test_what_cannot_be_a_code_gets_a_sentence(staff: User, code: str) -> None:
    set_up(staff)
    with pytest.raises(BadInput) as refusal:
        actions.log_in_with_second(user=staff, code=code, way="password", at=NOON)
    assert (refusal.value.field, refusal.value.sentence) == (
        "code",
        "请填写应用里的 6 位数字，或者一个备用码。",
    )


# -- Who must --------------------------------------------------------------------------------


@pytest.mark.usefixtures("_a_real_city")
@pytest.mark.parametrize(
    ("role", "must"),
    [
        (Role.SECURITY_ADMIN, {1, 2, 3}),
        (Role.CITY_OFFICE, {2, 3}),
        (Role.COMMUNITY_WORKER, {3}),
        (Role.ORG_ADMIN, {3}),
    ],
)
def test_the_citys_number_says_which_roles_prove_themselves_twice(
    role: Role, must: set[int]
) -> None:
    user = make_user("张伟")
    give(user, role, make_organization() if role == Role.ORG_ADMIN else make_region())
    found = set()
    for level in range(4):
        PolicyNumber.objects.update_or_create(
            key="people.second_factor_level", valid_from=TODAY, defaults={"value": level}
        )
        if queries.second_step(user, on=TODAY) == SecondStep.SET_UP:
            found.add(level)
    assert found == must


@pytest.mark.usefixtures("_a_real_city")
def test_before_its_day_the_number_asks_nobody() -> None:
    user = make_user("张伟")
    give(user, Role.AUDITOR, make_region())
    PolicyNumber.objects.create(
        key="people.second_factor_level", value=0, valid_from=TODAY - timedelta(days=30)
    )
    PolicyNumber.objects.create(
        key="people.second_factor_level", value=1, valid_from=TODAY + timedelta(days=1)
    )
    assert queries.second_step(user, on=TODAY) == SecondStep.NONE
    assert queries.second_step(user, on=TODAY + timedelta(days=1)) == SecondStep.SET_UP


def test_residents_and_the_demo_are_not_asked(staff: User, settings: Settings) -> None:
    assert queries.second_step(staff, on=TODAY) == SecondStep.NONE
    settings.VOLUNCITY_DEMO = False
    assert queries.second_step(user_of(make_volunteer()), on=TODAY) == SecondStep.NONE


@pytest.mark.usefixtures("_a_real_city")
def test_who_must_have_it_cannot_end_it_but_may_take_another_phone(staff: User) -> None:
    _, codes = set_up(staff)
    with pytest.raises(Refusal, match="换绑手机"):
        actions.end_second_factor(user=staff, code=codes[0], at=NOON, to_replace=False)
    actions.end_second_factor(user=staff, code=codes[0], at=NOON, to_replace=True)
    assert queries.second_step(staff, on=TODAY) == SecondStep.SET_UP


def test_a_wrong_code_ends_nothing(staff: User) -> None:
    set_up(staff)
    with pytest.raises(BadInput):
        actions.end_second_factor(user=staff, code="000000", at=NOON, to_replace=False)
    assert queries.has_second_factor(staff)


# -- The pages -------------------------------------------------------------------------------


def first_step(**more: str) -> tuple[Client, str]:
    browser = Client()
    asked = {"way": "password", "name": "zhang-wei", "password": PASSWORD} | more
    return browser, browser.post("/login/", asked).headers["Location"]


def test_half_let_in_opens_no_page_but_the_second_step(staff: User) -> None:
    secret, _ = set_up(staff)
    with stopped_at(NOON + 2 * STEP):
        browser, target = first_step(next="/me/security/")
        assert target == "/login/second/"
        assert browser.get("/me/").headers["Location"] == "/login/?next=/me/"
        assert browser.get("/desk/").headers["Location"] == "/login/?next=/desk/"
        half_key = browser.cookies["sessionid"].value
        page = browser.post("/login/second/", {"code": "000000"})
        assert (page.status_code, "动态口令不对" in page.content.decode()) == (422, True)
        page = browser.post("/login/second/", {"code": code_of(secret, steps=2)})
        assert page.headers["Location"] == "/me/security/"
        assert browser.cookies["sessionid"].value != half_key
        assert browser.get("/me/security/").status_code == 200


def test_half_let_in_ends_after_five_minutes(staff: User) -> None:
    set_up(staff)
    with stopped_at(NOON) as clock:
        browser, _ = first_step()
        clock.move(minutes=4, seconds=59)
        assert browser.get("/login/second/").status_code == 200
        clock.move(seconds=1)
        page = browser.get("/login/second/", follow=True)
        assert "这一步等得太久，请重新登录。" in page.content.decode()


@pytest.mark.parametrize("change", [{"password": "another"}, {"is_active": False}])
def test_half_let_in_ends_with_the_password_or_the_account(
    staff: User, change: dict[str, object]
) -> None:
    set_up(staff)
    browser, _ = first_step()
    User.objects.filter(pk=staff.pk).update(**change)
    assert browser.get("/login/second/").headers["Location"] == "/login/"


def test_a_second_login_in_one_browser_leaves_nobody_logged_in(staff: User) -> None:
    set_up(staff)
    browser = as_(make_user("李强"))
    browser.post("/login/", {"way": "password", "name": "zhang-wei", "password": PASSWORD})
    assert browser.get("/me/").headers["Location"] == "/login/?next=/me/"


@pytest.mark.usefixtures("_a_real_city")
def test_who_must_have_it_is_led_to_set_it_up_before_anything_opens(staff: User) -> None:
    with stopped_at(NOON):
        browser, target = first_step()
        words = browser.get(target).content.decode()
        assert "您的岗位需要两步登录" in words
        assert browser.get("/me/").status_code == 302
        secret = actions.start_second_factor(user=staff, at=NOON)
        assert totp.in_groups(secret) in words
        page = browser.post(target, {"code": code_of(secret)})
        words = page.content.decode()
        assert (page.status_code, "备用码只显示这一次" in words) == (200, True)
        assert 'href="/desk/"' in words
        assert browser.get("/me/").status_code == 200
    assert Entry.objects.filter(verb="people.log_in").get().data == {"way": "password+totp"}


def test_a_printed_code_logs_in_and_says_how_many_are_left(staff: User) -> None:
    _, codes = set_up(staff)
    browser, _ = first_step(next="/me/")
    page = browser.post("/login/second/", {"code": codes[0]}, follow=True)
    assert "还剩 9 个" in page.content.decode()


@pytest.mark.usefixtures("_a_real_city")
def test_staff_who_need_not_are_offered_it_at_each_login() -> None:
    user = actions.create_account(handle="ma-li", display_name="马丽", password=PASSWORD, at=NOON)
    give(user, Role.COMMUNITY_WORKER, make_region())
    with stopped_at(NOON):
        browser, target = first_step(name="ma-li")
        assert target == "/desk/"
        assert "建议开启动态口令" in browser.get("/me/").content.decode()


def test_without_a_first_step_there_is_no_second() -> None:
    assert Client().get("/login/second/").headers["Location"] == "/login/"


def test_staff_set_it_up_from_their_own_pages(staff: User) -> None:
    browser = as_(staff)
    assert "请开启动态口令" in browser.get("/me/security/").content.decode()
    with stopped_at(NOON):
        browser.get("/me/security/second/")
        secret = actions.start_second_factor(user=staff, at=NOON)
        page = browser.post("/me/security/second/", {"code": code_of(secret)})
    assert "请收好备用码" in page.content.decode()
    assert "备用码还剩 10 个" in browser.get("/me/security/").content.decode()


def test_residents_are_told_that_it_is_for_staff() -> None:
    page = as_(user_of(make_volunteer())).get("/me/security/second/")
    assert (page.status_code, "供工作人员使用" in page.content.decode()) == (409, True)


@pytest.mark.parametrize(
    ("do", "said"),
    [
        ("renew", "请收好备用码"),
        ("replace", "原来的手机已经解绑"),
        ("end", "动态口令已关闭"),
    ],
)
def test_a_code_proves_who_changes_it(staff: User, do: str, said: str) -> None:
    _, codes = set_up(staff)
    browser = as_(staff)
    page = browser.post("/me/security/second/change/", {"code": "ABCDE-ABCDE", "do": do})
    assert (page.status_code, "这个备用码不对" in page.content.decode()) == (422, True)
    page = browser.post("/me/security/second/change/", {"code": codes[0], "do": do}, follow=True)
    assert said in page.content.decode()


def test_who_has_none_is_sent_to_set_it_up(staff: User) -> None:
    page = as_(staff).get("/me/security/second/change/")
    assert page.headers["Location"] == "/me/security/second/"
