"""Log in and out: the first proof, by phone or password, and the second for whoever has one."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth import authenticate
from django.db import transaction

from voluncity.city.access import personal
from voluncity.city.journal.actions import record
from voluncity.city.people import queries, rules
from voluncity.city.people.actions import codes, limits, second_factor, sessions
from voluncity.city.people.actions.accounts import account_of
from voluncity.city.people.models import User
from voluncity.city.people.queries.register import DEMO_HANDLES
from voluncity.city.people.states import CodePurpose, SecondStep
from voluncity.city.policy import queries as policy
from voluncity.kernel import text
from voluncity.kernel.clock import local_date
from voluncity.kernel.identity import parse_mobile
from voluncity.kernel.refusals import BadInput, NotAllowed, NotFound


def log_in_with_code(*, phone: str, code: str, at: datetime, address: str) -> User:
    """Return the account of a phone that is proven by a code, made new when there is none.

    Not within a transaction: a wrong try must stay counted.

    :raises BadInput: when phone or code is wrong.
    :raises NotAllowed: when the account was closed.
    :raises TooMany: when too much was tried from this address.
    """
    number = parse_mobile(phone)
    tried = limits.use(rules.WRONG_PER_ADDRESS, key=limits.key_of(address), at=at)
    codes.use_code(phone=number, code=code, purpose=CodePurpose.LOGIN, at=at, field="code")
    tried.delete()
    with transaction.atomic():
        user = account_of(number, at=at)
        if not user.is_active:
            raise NotAllowed("这个账号已经停用，请拨打服务电话或到志愿服务站咨询。")
        _write_down(user, way="code", at=at)
    return user


def _write_down(user: User, *, way: str, at: datetime) -> None:
    """Write down who came in, unless the second proof is still to come."""
    if queries.second_step(user, on=local_date(at)) == SecondStep.NONE:
        record("people.log_in", user, by=user, at=at, way=way)


def log_in_with_password(*, name: str, password: str, at: datetime, address: str) -> User:
    """Return the account with this name (or phone) and password.

    Unknown name, wrong password and closed account look the same. Not within a transaction: a
    wrong try must stay counted.

    :raises BadInput: when the two do not fit.
    :raises TooMany: after five wrong passwords in fifteen minutes.
    """
    handle = _handle_of(name)
    key = limits.key_of(handle)
    tried = limits.use(rules.WRONG_PER_ADDRESS, key=limits.key_of(address), at=at)
    limits.use(rules.WRONG_PASSWORDS, key=key, at=at)
    user = authenticate(username=handle, password=password)
    if not isinstance(user, User):
        raise BadInput(
            "账号或密码不对，请核对大小写后重试。", code="people.password", field="password"
        )
    tried.delete()
    limits.forgive(rules.WRONG_PASSWORDS, key=key)
    _write_down(user, way="password", at=at)
    return user


def _handle_of(name: str) -> str:
    cleaned = text.clean(name, max_length=40, field="name", label="账号")
    if not cleaned:
        raise BadInput("请填写账号或手机号。", field="name")
    try:
        index = personal.index(parse_mobile(cleaned), purpose="phone")
    except BadInput:
        return cleaned.lower()
    handle = User.objects.filter(phone_index=index).values_list("handle", flat=True).first()
    return handle or cleaned


def check_password(*, user: User, password: str, at: datetime) -> None:
    """Refuse to go on unless somebody who is logged in knows the password.

    Not within a transaction: a wrong try must stay counted.

    :raises BadInput: when it is wrong.
    :raises TooMany: after five wrong ones; they count together with those of the login page.
    """
    key = limits.key_of(user.handle)
    limits.use(rules.WRONG_PASSWORDS, key=key, at=at)
    if not user.check_password(password):
        raise BadInput(
            "现在的密码不对。忘记了的，请退出后用手机验证码登录，再来设置新密码。",
            code="people.password",
            field="old",
        )
    limits.forgive(rules.WRONG_PASSWORDS, key=key)


def log_in_to_demo(*, handle: str, at: datetime) -> User:
    """Return one of the accounts of the demo city; the view asks for demo mode first.

    :raises NotFound: when it is no demo account.
    """
    found = User.objects.filter(handle=handle, handle__startswith=DEMO_HANDLES, is_active=True)
    user = found.first()
    if user is None:
        raise NotFound("没有这个演示账号，请从登录页选择。")
    record("people.log_in", user, by=user, at=at, way="demo")
    return user


def log_out(*, user: User, at: datetime) -> None:
    """Write down that somebody left; the view ends the session."""
    record("people.log_out", user, by=user, at=at)


def log_in_with_second(*, user: User, code: str, way: str, at: datetime) -> str:
    """Let somebody in who proved the first step by `way`; return "totp" or "recovery".

    Not within a transaction: a wrong try must stay counted.

    :raises BadInput: when the code is wrong or was used.
    :raises TooMany: after too many wrong ones.
    """
    second = second_factor.prove_second(user=user, code=code, at=at)
    record("people.log_in", user, by=user, at=at, way=f"{way}+{second}")
    return second


def log_in_with_set_up(*, user: User, code: str, way: str, at: datetime) -> list[str]:
    """Let somebody in who has just set up the second factor; return the recovery codes.

    Not within a transaction: a wrong try must stay counted.

    :raises BadInput: when the code is wrong.
    """
    printed = second_factor.confirm_second_factor(user=user, code=code, at=at)
    record("people.log_in", user, by=user, at=at, way=f"{way}+totp")
    return printed


def begin_session(*, user: User, at: datetime) -> None:
    """End the oldest sessions of staff above the number they may have at the same time."""
    if queries.is_limited(user):
        most = policy.number("people.staff_sessions", on=local_date(at))
        sessions.keep_newest_sessions(user=user, most=most, at=at)
