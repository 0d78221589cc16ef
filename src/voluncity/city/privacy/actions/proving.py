"""Prove once more who asks: an unlocked phone on a table must not be enough."""

from __future__ import annotations

from datetime import datetime

from voluncity.city.access import personal
from voluncity.city.inbox import queries as texts
from voluncity.city.people import actions as people
from voluncity.city.people.actions import codes, limits
from voluncity.city.people.models import User
from voluncity.city.people.states import CodePurpose
from voluncity.city.privacy.rules import PROOFS
from voluncity.kernel.refusals import BadInput, Refusal


def can_text(user: User) -> bool:
    """Return whether a code can be sent to the person's own phone."""
    return bool(user.phone_index) and texts.can_text()


def send_code(*, user: User, at: datetime, address: str) -> str:
    """Send a code to the phone of the account; return the key of the text message.

    Not within a transaction.

    :raises Refusal: when the account has no phone, or the city cannot send texts.
    :raises TooMany: as with every code.
    """
    return people.send_code(
        phone=phone_of(user), purpose=CodePurpose.CONFIRM, at=at, address=address
    )


def phone_of(user: User) -> str:
    """Return the phone of an account.

    :raises Refusal: when it has none.
    """
    if not user.phone_index:
        raise Refusal(
            "您的账号没有绑定手机号，请用密码确认，或带证件到志愿服务站办理。", code="privacy.phone"
        )
    return personal.unseal(user.phone_cipher, bound_to=f"user:{user.handle}")


def prove(*, user: User, code: str, password: str, at: datetime) -> None:
    """Require the code that was sent to the account's phone, or its password.

    Not within a transaction: a wrong try must stay counted.

    :raises BadInput: when neither is given, or what is given is wrong.
    :raises TooMany: after five wrong passwords in fifteen minutes.
    """
    if password and not code:
        tried = limits.use(PROOFS, key=str(user.pk), at=at)
        if not user.check_password(password):
            raise BadInput("密码不对，请核对大小写后重试。", field="password")
        tried.delete()
        return
    if not code:
        raise BadInput("请填写短信验证码。", field="code")
    codes.use_code(
        phone=phone_of(user), code=code, purpose=CodePurpose.CONFIRM, at=at, field="code"
    )
