"""How safely somebody logs in: the second step, the devices, the age of the password."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import F

from voluncity.city.access import personal
from voluncity.city.access.models import Session
from voluncity.city.access.permissions import Role
from voluncity.city.access.queries import grants_of
from voluncity.city.journal.models import Entry
from voluncity.city.people.models import SecondFactor, User
from voluncity.city.people.states import SecondStep
from voluncity.city.policy import queries as policy
from voluncity.kernel import tokens
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput

START_LIFE = timedelta(hours=24)
_START = "start-password"
# From which level of “people.second_factor_level” a role has to prove itself twice; else 3.
_LEVELS = {
    Role.SYSTEM_ADMIN: 1, Role.SECURITY_ADMIN: 1, Role.AUDITOR: 1,
    Role.CITY_OFFICE: 2, Role.COUNTY_OFFICE: 2,
}  # fmt: skip
_ALL_STAFF = 3
_SET = ("people.set_password", "people.create_account")


def is_staff(user: User) -> bool:
    """Return whether somebody holds any role."""
    return bool(grants_of(user))


def is_limited(user: User) -> bool:
    """Return whether the stricter rules for staff hold for somebody.

    In the demo city, whose accounts belong to everybody who tries it, they hold for nobody.
    """
    return not settings.VOLUNCITY_DEMO and is_staff(user)


def has_second_factor(user: User) -> bool:
    """Return whether the authenticator's code is asked for after the first proof."""
    return SecondFactor.objects.filter(user=user, confirmed_at__isnull=False).exists()


def must_have_second_factor(user: User, *, on: date) -> bool:
    """Return whether a role of this person asks for two proofs (RULES.md §3.5)."""
    if not is_limited(user):
        return False
    level = policy.number("people.second_factor_level", on=on)
    return any(_LEVELS.get(Role(grant.role), _ALL_STAFF) <= level for grant in grants_of(user))


def second_step(user: User, *, on: date) -> SecondStep:
    """Return what still stands between the first proof and the session."""
    if has_second_factor(user):
        return SecondStep.ASK
    return SecondStep.SET_UP if must_have_second_factor(user, on=on) else SecondStep.NONE


def codes_left(user: User) -> int:
    """Return how many recovery codes are unused."""
    return user.recovery_codes.filter(used_at=None).count()


def password_is_old(user: User, *, at: datetime) -> bool:
    """Return whether staff should choose a new password; people without one are not asked."""
    if not (user.has_usable_password() and is_limited(user)):
        return False
    days = policy.number("people.staff_password_days", on=local_date(at))
    changes = Entry.objects.filter(subject_type="user", subject_id=user.pk, verb__in=_SET)
    last = changes.order_by("-pk").values_list("at", flat=True).first()
    return bool(days) and last is not None and at - last >= timedelta(days=days)


@dataclass(frozen=True)
class Device:
    """A browser in which somebody is logged in; `mark` names it without giving its key away."""

    mark: str
    words: str
    began_at: datetime | None
    seen_at: datetime | None
    is_current: bool


def session_mark(key: str) -> str:
    """Return what a page may say in place of a session's key."""
    return personal.index(key, purpose="session")[:20]


def devices(user: User, *, current_key: str, at: datetime) -> list[Device]:
    """Return where somebody is logged in, this browser first, then the one used last."""
    live = Session.objects.filter(user=user, expire_date__gt=at)
    found = [
        Device(
            session_mark(one.session_key),
            one.device,
            one.began_at,
            one.seen_at,
            one.session_key == current_key,
        )
        for one in live.order_by(F("seen_at").desc(nulls_last=True), "session_key")
    ]
    return sorted(found, key=lambda device: not device.is_current)


def start_token(user: User, *, at: datetime) -> str:
    """Return what the link to a first password carries; it dies with the password as it is now."""
    payload = f"{user.pk}:{int(at.timestamp())}:{_fingerprint(user)}"
    return tokens.sign(payload, key=settings.SECRET_KEY.encode(), purpose=_START)


def start_user(token: str, *, at: datetime) -> User:
    """Return whose first password may be set by this link.

    :raises BadInput: when the link is not ours, older than a day, or was used.
    """
    payload = tokens.verify(token, key=settings.SECRET_KEY.encode(), purpose=_START)
    user_id, issued, fingerprint = payload.split(":")
    user = User.objects.filter(pk=int(user_id), is_active=True).first()
    is_old = at.timestamp() - int(issued) >= START_LIFE.total_seconds()
    if user is None or is_old or _fingerprint(user) != fingerprint:
        raise BadInput(
            "这个链接已经用过或者超过 24 小时，请联系本单位安全管理员重新发一个。",
            code="people.start_link",
        )
    return user


def _fingerprint(user: User) -> str:
    return personal.index(user.password, purpose="start")[:20]
