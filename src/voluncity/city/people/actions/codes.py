"""One-time codes: sent to a phone, worth one use within five minutes."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import NoReturn

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet

from voluncity.city.access import personal
from voluncity.city.inbox import actions as inbox
from voluncity.city.inbox import queries as messages
from voluncity.city.people import rules
from voluncity.city.people.actions import limits
from voluncity.city.people.models import LoginCode
from voluncity.city.people.states import CodePurpose
from voluncity.kernel.identity import parse_mobile
from voluncity.kernel.refusals import BadInput, Refusal, TooMany

_WORDS = {
    CodePurpose.LOGIN: "【志愿之城】登录验证码 {code}，5 分钟内有效，请勿告诉他人。",
    CodePurpose.GUARDIAN: (
        "【志愿之城】您的孩子申请登记为志愿者并处理其个人信息。如您作为监护人同意，"
        "请把验证码 {code} 告诉孩子，5 分钟内有效；不同意请忽略。"
    ),
    CodePurpose.PHONE: "【志愿之城】绑定手机号验证码 {code}，5 分钟内有效，用于今后登录。",
    CodePurpose.CONFIRM: (
        "【志愿之城】您正在下载个人信息或注销账号，验证码 {code}，5 分钟内有效。"
        "如果不是您本人操作，请不要告诉任何人，并尽快登录查看。"
    ),
}


def send_login_code(*, phone: str, at: datetime, address: str) -> str:
    """Send a code to log in with; see `send_code`."""
    return send_code(phone=phone, purpose=CodePurpose.LOGIN, at=at, address=address)


def send_code(
    *, phone: str, purpose: CodePurpose, at: datetime, address: str, field: str = "phone"
) -> str:
    """Send a new code; the older one is worth nothing from then on. Not within a transaction.

    Nothing here tells whether anybody has an account with this phone. Return the key of the text
    message, by which the demo shows it on the screen.

    :raises BadInput: when it is no mobile number.
    :raises Refusal: when the city has no SMS gateway.
    :raises TooMany: within 60 seconds of the last code, or above the limits of phone or address.
    """
    index = personal.index(parse_mobile(phone, field), purpose="phone")
    if not messages.can_text():
        raise Refusal(
            "本市还没有接通短信，不能使用验证码。请用密码登录，或到就近的志愿服务站办理。",
            code="people.no_sms",
            field=field,
        )
    uses = [
        limits.use(rules.CODES_PER_PHONE, key=index, at=at),
        limits.use(rules.CODES_PER_ADDRESS, key=limits.key_of(address), at=at),
    ]
    try:
        return _send(parse_mobile(phone, field), index, purpose, at)
    except TooMany:
        for row in uses:
            row.delete()
        raise


@transaction.atomic
def _send(phone: str, index: str, purpose: CodePurpose, at: datetime) -> str:
    code = f"{secrets.randbelow(1_000_000):06d}"
    row = _replace(index, purpose, _digest(index, purpose, code), at)
    key = f"code:{row.pk}:{int(at.timestamp() * 1000)}"
    inbox.send_text(phone=phone, text=_WORDS[purpose].format(code=code), key=key, at=at)
    return key


def _replace(index: str, purpose: CodePurpose, digest: str, at: datetime) -> LoginCode:
    """Write the new code over one that is old enough; two requests at once send one code."""
    fresh = {
        "digest": digest,
        "sent_at": at,
        "expires_at": at + rules.CODE_LIFE,
        "used_at": None,
        "wrong_tries": 0,
    }
    mine = LoginCode.objects.filter(phone_index=index, purpose=purpose)
    if mine.filter(sent_at__lte=at - rules.RESEND_WAIT).update(**fresh):
        return mine.get()
    try:
        with transaction.atomic():
            return LoginCode.objects.create(phone_index=index, purpose=purpose, **fresh)
    except IntegrityError as error:
        waited = (at - mine.get().sent_at).total_seconds()
        left = max(1, int(rules.RESEND_WAIT.total_seconds() - waited))
        raise TooMany(
            f"验证码刚刚发出，请查看短信；没有收到的，请 {left} 秒后再获取。",
            code="people.code_wait",
        ) from error


def use_code(*, phone: str, code: str, purpose: CodePurpose, at: datetime, field: str) -> None:
    """Use up a code. Not within a transaction: a wrong try must stay counted.

    :raises BadInput: at `field` when it is wrong, too old, used, or was tried too often.
    """
    index = personal.index(parse_mobile(phone), purpose="phone")
    if not take(
        index=index, code=rules.checked_code(code, field_name=field), purpose=purpose, at=at
    ):
        refuse_wrong(index=index, purpose=purpose, at=at, field=field)


def take(*, index: str, code: str, purpose: CodePurpose, at: datetime) -> bool:
    """Use up a code if it is the right one; one conditional update decides who had it."""
    digest = _digest(index, purpose, code)
    return bool(_live(index, purpose, at).filter(digest=digest).update(used_at=at))


def refuse_wrong(*, index: str, purpose: CodePurpose, at: datetime, field: str) -> NoReturn:
    """Count a wrong try and say what to do.

    :raises BadInput: always.
    """
    _live(index, purpose, at).update(wrong_tries=F("wrong_tries") + 1)
    left = _live(index, purpose, at).values_list("wrong_tries", flat=True).first()
    if left is None:
        raise BadInput("验证码已经失效，请重新获取。", code="people.code_dead", field=field)
    raise BadInput(
        f"验证码不对，请核对短信后重新填写，还可以试 {rules.WRONG_TRIES - left} 次。",
        code="people.code_wrong",
        field=field,
    )


def _live(index: str, purpose: CodePurpose, at: datetime) -> QuerySet[LoginCode]:
    return LoginCode.objects.filter(
        phone_index=index,
        purpose=purpose,
        used_at=None,
        expires_at__gt=at,
        wrong_tries__lt=rules.WRONG_TRIES,
    )


def _digest(index: str, purpose: CodePurpose, code: str) -> str:
    return personal.index(f"{purpose}:{index}:{code}", purpose="code")
