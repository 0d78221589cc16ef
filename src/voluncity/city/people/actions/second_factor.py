"""The second proof after password or phone: an authenticator's code, or a printed one."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import transaction

from voluncity.city.access import personal
from voluncity.city.journal.actions import record
from voluncity.city.people import queries
from voluncity.city.people.actions import limits
from voluncity.city.people.models import RecoveryCode, SecondFactor, User
from voluncity.city.people.rules import Limit
from voluncity.kernel import text, totp
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, Refusal, WrongState

SET_UP_LIFE = timedelta(hours=1)  # how long an unconfirmed key may be scanned
RECOVERY_CODES, _CODE_LETTERS = 10, 10
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # nothing that looks like something else
WRONG_CODES = Limit(
    "second",
    5,
    timedelta(minutes=15),
    "动态口令连续输错 5 次，已暂停核对，请 {until} 以后再试。手机不在身边的，"
    "现在就可以改填一个备用码；备用码也没有的，请联系本单位安全管理员。",
)
WRONG_RECOVERY_CODES = Limit(
    "recovery",
    10,
    timedelta(hours=1),
    "备用码连续输错 10 次，已暂停核对，请 {until} 以后再试，或联系本单位安全管理员。",
)
_FORM = "请填写应用里的 6 位数字，或者一个备用码。"


@transaction.atomic
def start_second_factor(*, user: User, at: datetime) -> str:
    """Return the key to put into an app: the same one again within the hour.

    :raises Refusal: when the second factor is in use already.
    """
    fresh = {
        "secret_cipher": personal.seal(totp.new_secret(), bound_to=_bound_to(user)),
        "started_at": at,
    }
    factor, made = SecondFactor.objects.get_or_create(user=user, defaults=fresh)
    if factor.confirmed_at is not None:
        raise Refusal("动态口令已经开启；换手机请在“账号安全”里换绑。", code="people.second_on")
    if not made and factor.started_at <= at - SET_UP_LIFE:
        SecondFactor.objects.filter(pk=factor.pk, confirmed_at=None).update(**fresh)
        factor.refresh_from_db()
    return _secret(factor)


def confirm_second_factor(*, user: User, code: str, at: datetime) -> list[str]:
    """Ask for it from now on: the app proved that it has the key. Return the recovery codes.

    Not within a transaction: a wrong try must stay counted.

    :raises BadInput: when the code is wrong.
    :raises TooMany: after five wrong ones.
    :raises WrongState: when nothing is being set up.
    """
    factor = SecondFactor.objects.filter(user=user, confirmed_at=None).first()
    if factor is None:
        raise WrongState("没有正在设置的动态口令，请重新打开设置页面。", code="people.no_set_up")
    limits.use(WRONG_CODES, key=_key(user), at=at)
    digits = _plain(code)
    step = totp.matching_step(_secret(factor), digits, now=totp.step_of(at.timestamp()))
    if step is None:
        raise BadInput(
            "口令不对。请填写应用里正在显示的 6 位数字；还是不对的，请打开手机的“自动设置时间”。",
            code="people.second_wrong",
            field="code",
        )
    with transaction.atomic():
        mine = SecondFactor.objects.filter(
            pk=factor.pk, confirmed_at=None, secret_cipher=factor.secret_cipher
        )
        if not mine.update(confirmed_at=at, last_step=step):
            raise WrongState("刚刚已经设置过，请刷新页面。", code="people.second_on")
        codes = _write_codes(user, at)
        record("people.start_second_factor", user, by=user, at=at)
    limits.forgive(WRONG_CODES, key=_key(user))
    return codes


def prove_second(*, user: User, code: str, at: datetime) -> str:
    """Return by what somebody proved themself: "totp" or "recovery"; either counts once.

    Not within a transaction: a wrong try must stay counted.

    :raises BadInput: when the code is wrong or was used.
    :raises TooMany: after too many wrong ones.
    """
    plain = _plain(code)
    if len(plain) == totp.DIGITS and plain.isascii() and plain.isdigit():
        _prove_app(user, plain, at)
        return "totp"
    if len(plain) == _CODE_LETTERS and plain.isascii() and plain.isalnum():
        _prove_printed(user, plain, at)
        return "recovery"
    raise BadInput(_FORM, code="people.second_form", field="code")


def _prove_app(user: User, code: str, at: datetime) -> None:
    limits.use(WRONG_CODES, key=_key(user), at=at)
    factor = SecondFactor.objects.filter(user=user, confirmed_at__isnull=False).first()
    if factor is None:
        raise WrongState("动态口令没有开启，请重新登录。", code="people.second_off")
    now = totp.step_of(at.timestamp())
    step = totp.matching_step(_secret(factor), code, now=now, after=factor.last_step)
    if step is None or not _use_step(factor, step):
        raise BadInput(
            "动态口令不对或者已经用过，请等手机上换成新的 6 位数字再填。",
            code="people.second_wrong",
            field="code",
        )
    limits.forgive(WRONG_CODES, key=_key(user))


def _use_step(factor: SecondFactor, step: int) -> bool:
    """Use a code up; of two who send the same one, one gets in."""
    live = SecondFactor.objects.filter(pk=factor.pk, last_step__lt=step)
    return bool(live.update(last_step=step))


def _prove_printed(user: User, code: str, at: datetime) -> None:
    limits.use(WRONG_RECOVERY_CODES, key=_key(user), at=at)
    live = RecoveryCode.objects.filter(user=user, digest=_digest(user, code), used_at=None)
    if not live.update(used_at=at):
        raise BadInput(
            "这个备用码不对或者已经用过，请换一个。", code="people.second_wrong", field="code"
        )
    limits.forgive(WRONG_RECOVERY_CODES, key=_key(user))


def renew_recovery_codes(*, user: User, code: str, at: datetime) -> list[str]:
    """Return new recovery codes; the older ones are worth nothing. Not within a transaction.

    :raises BadInput: when the code that proves it is wrong.
    """
    prove_second(user=user, code=code, at=at)
    with transaction.atomic():
        codes = _write_codes(user, at)
        record("people.renew_recovery_codes", user, by=user, at=at)
    return codes


def end_second_factor(*, user: User, code: str, at: datetime, to_replace: bool) -> None:
    """Stop asking for it: for good, or to set up another phone. Not within a transaction.

    :raises BadInput: when the code that proves it is wrong.
    :raises Refusal: for good, where one's role asks for it.
    """
    if not to_replace and queries.must_have_second_factor(user, on=local_date(at)):
        raise Refusal(
            "您的岗位必须用动态口令登录，不能关闭；换手机请选择“换绑手机”。",
            code="people.second_needed",
        )
    prove_second(user=user, code=code, at=at)
    forget_second_factor(user=user, by=user, at=at, is_replaced=to_replace)


@transaction.atomic
def forget_second_factor(*, user: User, by: User, at: datetime, is_replaced: bool = False) -> None:
    """Delete the key and the recovery codes.

    :raises WrongState: when there was none.
    """
    gone, _ = SecondFactor.objects.filter(user=user, confirmed_at__isnull=False).delete()
    if not gone:
        raise WrongState("这个账号没有开启动态口令，请刷新页面。", code="people.second_off")
    RecoveryCode.objects.filter(user=user).delete()
    record("people.end_second_factor", user, by=by, at=at, is_replaced=is_replaced)


def _write_codes(user: User, at: datetime) -> list[str]:
    RecoveryCode.objects.filter(user=user).delete()
    codes = [
        "".join(secrets.choice(_ALPHABET) for _ in range(_CODE_LETTERS))
        for _ in range(RECOVERY_CODES)
    ]
    RecoveryCode.objects.bulk_create(
        RecoveryCode(user=user, digest=_digest(user, code), made_at=at) for code in codes
    )
    half = _CODE_LETTERS // 2
    return [f"{code[:half]}-{code[half:]}" for code in codes]


def _plain(code: str) -> str:
    """Return a code as it is compared: without blanks and hyphens, in capitals."""
    cleaned = text.clean(code)[:60]
    return cleaned.replace(" ", "").replace("-", "").upper()


def _digest(user: User, code: str) -> str:
    return personal.index(f"{user.pk}:{code}", purpose="recovery")


def _secret(factor: SecondFactor) -> str:
    return personal.unseal(factor.secret_cipher, bound_to=f"second:{factor.user_id}")


def _bound_to(user: User) -> str:
    return f"second:{user.pk}"


def _key(user: User) -> str:
    return limits.key_of(f"user:{user.pk}")
