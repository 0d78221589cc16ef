"""Accounts: made, their phone numbers and passwords."""

from __future__ import annotations

from datetime import datetime
from secrets import token_hex

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from voluncity.city.access import personal
from voluncity.city.journal.actions import record
from voluncity.city.people.actions import codes, sessions
from voluncity.city.people.models import User, Volunteer
from voluncity.city.people.states import CodePurpose
from voluncity.kernel import text
from voluncity.kernel.identity import parse_mobile
from voluncity.kernel.refusals import BadInput, NotAllowed, Refusal, WrongState

NEWCOMER = "新朋友"


def account_of(phone: str, *, at: datetime) -> User:
    """Return the account with this phone, made new when there is none."""
    handle = _new_handle()
    user, _ = User.objects.get_or_create(
        phone_index=personal.index(phone, purpose="phone"),
        defaults={
            "handle": handle,
            "display_name": NEWCOMER,
            "phone_cipher": personal.seal(phone, bound_to=f"user:{handle}"),
            "created_at": at,
            "password": _NO_PASSWORD,
        },
    )
    return user


# Begins with Django's mark for “no password can ever match”.
_NO_PASSWORD = "!"  # noqa: S105


def _new_handle() -> str:
    return f"u{token_hex(8)}"


@transaction.atomic
def create_account(
    *,
    handle: str,
    display_name: str,
    at: datetime,
    password: str = "",
    phone: str = "",
    by: User | None = None,
) -> User:
    """Make an account for a member of staff; an empty password or phone opens no way in.

    :raises BadInput: when handle, name, password or phone is not acceptable or taken.
    """
    name = text.clean(handle, max_length=20, field="handle", label="账号").lower()
    if not (name.isascii() and name.replace("-", "").isalnum()) or name.isdigit():
        raise BadInput("账号只能是字母、数字和减号，且不能全是数字。", field="handle")
    number = parse_mobile(phone) if phone else ""
    user = User(
        handle=name,
        display_name=text.person_name(display_name, "display_name"),
        phone_cipher=personal.seal(number, bound_to=f"user:{name}"),
        phone_index=personal.index(number, purpose="phone") if number else None,
        created_at=at,
    )
    _give_password(user, password)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as error:
        taken = User.objects.filter(handle=name).exists()
        raise _taken("handle" if taken else "phone") from error
    record("people.create_account", user, by=by, at=at)
    return user


def _give_password(user: User, password: str) -> None:
    if not password:
        user.set_unusable_password()
        return
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise BadInput(
            "".join(error.messages), code="people.weak_password", field="password"
        ) from error
    user.set_password(password)


def _taken(field: str) -> Refusal:
    sentence = {
        "handle": "这个账号名已经有人用了，请换一个。",
        "phone": "这个手机号已经是另一个账号的登录手机号，请换一个，或到志愿服务站办理。",
    }[field]
    return Refusal(sentence, code=f"people.{field}_taken", field=field)


@transaction.atomic
def set_password(
    *, user: User, password: str, at: datetime, by: User | None, keep_session: str = ""
) -> None:
    """Give an account a new password; every session but `keep_session` ends.

    Of two who set one at the same time, as with a link that two have, one is refused.

    :raises BadInput: when it is too easy to guess, or the one that was used until now.
    :raises WrongState: when it was set by somebody else meanwhile.
    """
    if password and user.check_password(password):
        raise BadInput("新密码和原来的一样，请换一个。", field="password")
    before = user.password
    _give_password(user, password)
    if not User.objects.filter(pk=user.pk, password=before).update(password=user.password):
        raise WrongState("密码刚刚已经改过，请用新密码登录。", code="people.password_changed")
    sessions.end_sessions(user=user, by=by, at=at, keep=keep_session)
    record("people.set_password", user, by=by, at=at)


def change_phone(*, user: User, phone: str, code: str, at: datetime) -> None:
    """Log in with another phone from now on; a code proves it. Not within a transaction.

    :raises BadInput: when phone or code is wrong.
    :raises Refusal: when another account has this phone.
    """
    number = parse_mobile(phone)
    codes.use_code(phone=number, code=code, purpose=CodePurpose.PHONE, at=at, field="code")
    with transaction.atomic():
        _write_phone(user, number)
        volunteer = user.volunteer_or_none
        if volunteer is not None:
            _write_volunteer_phone(volunteer, number)
        record("people.change_phone", user, by=user, at=at)


def bind_phone(*, volunteer_id: int, phone: str, code: str, by: User, at: datetime) -> None:
    """Let a volunteer log in with this phone: the desk saw the papers, the code proves the phone.

    It opens a record that was written at a desk, and lets somebody back in whose phone is gone.
    Not within a transaction.

    :raises BadInput: when phone or code is wrong.
    :raises NotAllowed: for one's own record.
    :raises Refusal: when the phone belongs to another volunteer or a member of staff.
    """
    volunteer = Volunteer.objects.select_related("user").get(pk=volunteer_id)
    if volunteer.user_id == by.pk:
        raise NotAllowed("自己的手机号请在“我的资料”里更换，不能给自己代办。")
    number = parse_mobile(phone)
    codes.use_code(phone=number, code=code, purpose=CodePurpose.PHONE, at=at, field="code")
    with transaction.atomic():
        _free_phone(number)
        if volunteer.user is None:
            _link(volunteer, account_of(number, at=at))
        else:
            _write_phone(volunteer.user, number)
        _write_volunteer_phone(volunteer, number)
        record("people.bind_phone", volunteer, by=by, at=at, on_behalf_of=volunteer)


def _free_phone(phone: str) -> None:
    """Take the phone from an account that nobody needs: no volunteer, no role."""
    User.objects.filter(
        phone_index=personal.index(phone, purpose="phone"), volunteer=None, grants=None
    ).update(phone_index=None, phone_cipher="", is_active=False)


def _link(volunteer: Volunteer, user: User) -> None:
    try:
        with transaction.atomic():
            linked = Volunteer.objects.filter(pk=volunteer.pk, user=None).update(user=user)
    except IntegrityError as error:
        raise _taken("phone") from error
    if not linked:
        raise Refusal("这份登记刚刚已经绑定了手机号，请刷新查看。", code="people.linked")
    User.objects.filter(pk=user.pk).update(display_name=volunteer.name)


def _write_phone(user: User, phone: str) -> None:
    try:
        with transaction.atomic():
            User.objects.filter(pk=user.pk).update(
                phone_cipher=personal.seal(phone, bound_to=f"user:{user.handle}"),
                phone_index=personal.index(phone, purpose="phone"),
            )
    except IntegrityError as error:
        raise _taken("phone") from error


def _write_volunteer_phone(volunteer: Volunteer, phone: str) -> None:
    Volunteer.objects.filter(pk=volunteer.pk).update(
        **personal.phone_columns(phone, bound_to=f"volunteer:{volunteer.number}")
    )
