from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from pytest_django.fixtures import Settings

from voluncity.city.access import personal
from voluncity.city.inbox.models import TextMessage
from voluncity.city.people import actions, rules
from voluncity.city.people.actions import accounts, codes, limits
from voluncity.city.people.models import LoginCode, LoginTry, User
from voluncity.city.people.states import CodePurpose
from voluncity.city.people.tests.conftest import code_for
from voluncity.kernel.refusals import BadInput, NotAllowed, Refusal, TooMany
from voluncity.testing.make_people import NOON, make_user
from voluncity.testing.rivals import rival_before

PHONE = "13900000001"
SECOND = timedelta(seconds=1)

pytestmark = pytest.mark.django_db


def log_in(
    code: str, *, phone: str = PHONE, at: datetime = NOON, address: str = "10.0.0.1"
) -> User:
    return actions.log_in_with_code(phone=phone, code=code, at=at, address=address)


def another(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_a_code_opens_the_account_of_its_phone() -> None:
    wang = make_user("王芳", PHONE)
    assert log_in(code_for(PHONE)) == wang


def test_a_phone_nobody_knows_gets_an_account() -> None:
    user = log_in(code_for(PHONE))
    assert (user.display_name, user.has_usable_password()) == ("新朋友", False)
    assert personal.unseal(user.phone_cipher, bound_to=f"user:{user.handle}") == PHONE
    assert log_in(code_for(PHONE, at=NOON + rules.RESEND_WAIT), at=NOON + rules.RESEND_WAIT) == user


def test_only_a_digest_of_a_code_is_kept() -> None:
    code = code_for(PHONE)
    row = LoginCode.objects.values().get()
    assert code not in str({key: value for key, value in row.items() if not key.endswith("_at")})
    assert PHONE not in str(row)


@pytest.mark.parametrize("written", ["１２３４５６", "123 456", " 123456\u200b"])
def test_full_width_digits_and_blanks_in_a_code_are_forgiven(written: str) -> None:
    assert rules.checked_code(written, field_name="code") == "123456"


@pytest.mark.parametrize("written", ["", "12345", "1234567", "12a456", "😀", "١٢٣٤٥٦", "½½½½½½"])
def test_what_is_no_code_is_refused_at_its_field(written: str) -> None:
    with pytest.raises(BadInput) as refusal:
        rules.checked_code(written, field_name="code")
    assert (refusal.value.field, refusal.value.sentence) == (
        "code",
        "请填写短信里的 6 位数字验证码。",
    )


def test_a_code_is_worth_one_use() -> None:
    code = code_for(PHONE)
    log_in(code)
    with pytest.raises(BadInput) as refusal:
        log_in(code)
    assert refusal.value.sentence == "验证码已经失效，请重新获取。"


def test_a_code_runs_out_after_five_minutes() -> None:
    code = code_for(PHONE)
    with pytest.raises(BadInput, match="已经失效"):
        log_in(code, at=NOON + rules.CODE_LIFE)
    assert log_in(code, at=NOON + rules.CODE_LIFE - SECOND)


def test_five_wrong_tries_kill_a_code() -> None:
    code = code_for(PHONE)
    told = []
    for _ in range(5):
        with pytest.raises(BadInput) as refusal:
            log_in(another(code))
        told.append(refusal.value.sentence)
    assert told[0] == "验证码不对，请核对短信后重新填写，还可以试 4 次。"
    assert told[4] == "验证码已经失效，请重新获取。"
    with pytest.raises(BadInput, match="已经失效"):
        log_in(code)


def test_a_code_for_one_purpose_opens_nothing_else() -> None:
    code = code_for(PHONE, purpose=CodePurpose.GUARDIAN)
    with pytest.raises(BadInput):
        log_in(code)


def test_a_code_for_one_phone_opens_no_other() -> None:
    code = code_for(PHONE)
    code_for("13900000002")
    with pytest.raises(BadInput):
        log_in(code, phone="13900000002")


def test_a_new_code_ends_the_one_before() -> None:
    first = code_for(PHONE)
    later = NOON + rules.RESEND_WAIT
    second = code_for(PHONE, at=later)
    if first != second:
        with pytest.raises(BadInput):
            log_in(first, at=later)
    assert log_in(second, at=later)


def test_a_code_is_sent_again_only_after_a_minute() -> None:
    code_for(PHONE)
    with pytest.raises(TooMany) as refusal:
        code_for(PHONE, at=NOON + 20 * SECOND)
    assert refusal.value.sentence == "验证码刚刚发出，请查看短信；没有收到的，请 40 秒后再获取。"
    assert TextMessage.objects.count() == 1
    assert code_for(PHONE, at=NOON + rules.RESEND_WAIT)


def test_a_refused_second_request_does_not_use_up_the_day() -> None:
    code_for(PHONE)
    before = LoginTry.objects.count()
    with pytest.raises(TooMany):
        code_for(PHONE)
    assert LoginTry.objects.count() == before


def test_a_phone_gets_ten_codes_a_day() -> None:
    for number in range(10):
        code_for(PHONE, at=NOON + number * rules.RESEND_WAIT)
    with pytest.raises(TooMany, match="请明天再试"):
        code_for(PHONE, at=NOON + 10 * rules.RESEND_WAIT)
    assert code_for(PHONE, at=NOON + timedelta(days=1, minutes=1))


def test_an_address_gets_two_hundred_codes_an_hour() -> None:
    scope = f"{rules.CODES_PER_ADDRESS.name}:{limits.key_of('10.0.0.1')}"
    LoginTry.objects.bulk_create(LoginTry(scope=scope, at=NOON) for _ in range(200))
    with pytest.raises(TooMany, match="请稍后再试"):
        code_for(PHONE)
    assert actions.send_code(
        phone=PHONE, purpose=CodePurpose.LOGIN, at=NOON, address="10.0.0.2"
    ).startswith("code:")


def test_an_address_that_guesses_on_many_phones_is_stopped() -> None:
    scope = f"{rules.WRONG_PER_ADDRESS.name}:{limits.key_of('10.0.0.1')}"
    LoginTry.objects.bulk_create(LoginTry(scope=scope, at=NOON) for _ in range(100))
    code = code_for(PHONE)
    with pytest.raises(TooMany, match="15 分钟后再试"):
        log_in(code)
    assert log_in(code, address="10.0.0.2")


def test_right_codes_do_not_count_as_guesses() -> None:
    log_in(code_for(PHONE))
    assert not LoginTry.objects.filter(scope__startswith=rules.WRONG_PER_ADDRESS.name).exists()


def test_without_a_gateway_no_code_is_promised(settings: Settings) -> None:
    settings.VOLUNCITY_SMS = "none"
    with pytest.raises(Refusal) as refusal:
        code_for(PHONE)
    assert refusal.value.sentence == (
        "本市还没有接通短信，不能使用验证码。请用密码登录，或到就近的志愿服务站办理。"
    )
    assert not LoginCode.objects.exists()


def test_a_closed_account_is_told_so_only_after_its_code() -> None:
    wang = make_user("王芳", PHONE)
    User.objects.filter(pk=wang.pk).update(is_active=False)
    code = code_for(PHONE)
    with pytest.raises(BadInput):
        log_in(another(code))
    with pytest.raises(NotAllowed, match="已经停用"):
        log_in(code)


def test_old_tries_are_forgotten() -> None:
    LoginTry.objects.create(scope="x", at=NOON - timedelta(days=3))
    LoginTry.objects.create(scope="x", at=NOON)
    actions.forget_tries(at=NOON)
    assert [row.at for row in LoginTry.objects.all()] == [NOON]


# -- at the same moment --------------------------------------------------------------------------


def test_of_two_uses_of_one_code_at_once_one_wins() -> None:
    code = code_for(PHONE)
    winners: list[User] = []
    with (
        rival_before('UPDATE "people_logincode"', lambda: winners.append(log_in(code))),
        pytest.raises(BadInput, match="已经失效"),
    ):
        log_in(code)
    assert len(winners) == 1


def test_checking_a_code_before_marking_it_would_let_two_in() -> None:
    code = code_for(PHONE)
    index = personal.index(PHONE, purpose="phone")

    def saboteur() -> bool:
        row = LoginCode.objects.get(phone_index=index, used_at=None)
        if row.digest != codes._digest(index, CodePurpose.LOGIN, code):
            return False
        row.used_at = NOON
        row.save(update_fields=["used_at"])
        return True

    winners: list[bool] = []
    with rival_before('UPDATE "people_logincode"', lambda: winners.append(saboteur())):
        winners.append(saboteur())
    assert winners == [True, True]


def test_of_two_requests_for_a_code_at_once_one_is_sent() -> None:
    sent: list[str] = []
    with (
        rival_before('UPDATE "people_logincode"', lambda: sent.append(code_for(PHONE))),
        pytest.raises(TooMany),
    ):
        code_for(PHONE)
    assert len(sent) == 1


def test_two_first_logins_of_one_phone_at_once_make_one_account() -> None:
    found: list[User] = []
    with rival_before("SAVEPOINT", lambda: found.append(accounts.account_of(PHONE, at=NOON))):
        found.append(accounts.account_of(PHONE, at=NOON))
    assert found == [User.objects.get()] * 2
