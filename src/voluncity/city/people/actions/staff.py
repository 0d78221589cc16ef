"""Accounts of staff: made by the security administrator, stopped, and let in again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import models, transaction

from voluncity.city.access import actions as access
from voluncity.city.access.permissions import Role
from voluncity.city.journal.actions import record
from voluncity.city.people import queries
from voluncity.city.people.actions import accounts, second_factor, sessions
from voluncity.city.people.models import User
from voluncity.city.people.states import StopReason
from voluncity.kernel.refusals import BadInput, NotAllowed, WrongState


@dataclass(frozen=True, kw_only=True)
class NewAccount:
    """What the security administrator says about a new member of staff."""

    handle: str
    display_name: str
    phone: str
    role: Role
    region: models.Model | None = None
    organization: models.Model | None = None


@transaction.atomic
def create_staff(*, wanted: NewAccount, by: User, at: datetime) -> User:
    """Make an account with its first role; nobody knows a password for it yet.

    :raises BadInput: when handle, name or phone is not acceptable.
    :raises Refusal: when one of them is taken, or the role and its scope do not fit.
    """
    user = accounts.create_account(
        handle=wanted.handle,
        display_name=wanted.display_name,
        phone=wanted.phone,
        by=by,
        at=at,
    )
    access.give_role(
        user=user,
        role=wanted.role,
        region=wanted.region,
        organization=wanted.organization,
        by=by,
        at=at,
    )
    return user


@transaction.atomic
def give_start_link(*, user: User, by: User, at: datetime) -> str:
    """Return what the link carries by which somebody sets an own password within 24 hours.

    The password until now, older links and all sessions end: who asks has forgotten it or fears
    that somebody else knows it.

    :raises NotAllowed: for one's own account.
    :raises WrongState: when the account is stopped.
    """
    _refuse_own(user, by)
    if not user.is_active:
        raise WrongState("这个账号已经停用，请先恢复使用。", code="people.stopped")
    user.set_unusable_password()
    user.save(update_fields=["password"])
    sessions.end_sessions(user=user, by=by, at=at)
    record("people.give_start_link", user, by=by, at=at)
    return queries.start_token(user, at=at)


def set_first_password(*, token: str, password: str, at: datetime) -> User:
    """Set an own password by the link; it is worth one use.

    :raises BadInput: when the link is dead, or the password too easy to guess.
    """
    user = queries.start_user(token, at=at)
    accounts.set_password(user=user, password=password, by=user, at=at)
    return user


@transaction.atomic
def stop_account(*, user: User, reason: str, by: User, at: datetime) -> None:
    """Close an account: nobody gets in by it, and whoever is in is out.

    :raises BadInput: without a reason from the list.
    :raises NotAllowed: for one's own account.
    :raises WrongState: when it is stopped already.
    """
    _refuse_own(user, by)
    if reason not in StopReason.values:
        raise BadInput("请选择停用的原因，它会记入操作记录。", field="reason")
    if not User.objects.filter(pk=user.pk, is_active=True).update(is_active=False):
        raise WrongState("这个账号已经停用，请刷新页面。", code="people.stopped")
    sessions.end_sessions(user=user, by=by, at=at)
    record("people.stop_account", user, by=by, at=at, reason=reason)


@transaction.atomic
def reopen_account(*, user: User, by: User, at: datetime) -> None:
    """Open a stopped account again.

    :raises NotAllowed: for one's own account.
    :raises WrongState: when it is open.
    """
    _refuse_own(user, by)
    if not User.objects.filter(pk=user.pk, is_active=False).update(is_active=True):
        raise WrongState("这个账号正在使用，请刷新页面。", code="people.open")
    record("people.reopen_account", user, by=by, at=at)


@transaction.atomic
def end_second_factor_of(*, user: User, by: User, at: datetime) -> None:
    """End the second factor of somebody whose phone and recovery codes are gone.

    :raises NotAllowed: for one's own account.
    :raises WrongState: when there is none.
    """
    _refuse_own(user, by)
    second_factor.forget_second_factor(user=user, by=by, at=at)
    sessions.end_sessions(user=user, by=by, at=at)


@transaction.atomic
def end_sessions_of(*, user: User, by: User, at: datetime) -> int:
    """Log somebody out everywhere; return how many sessions ended.

    :raises NotAllowed: for one's own account.
    """
    _refuse_own(user, by)
    return sessions.end_sessions(user=user, by=by, at=at)


def _refuse_own(user: User, by: User) -> None:
    if user.pk == by.pk:
        raise NotAllowed(
            "不能办理自己的账号，请由另一位安全管理员办理。", code="people.own_account"
        )
