"""A tablet at the place: paired by a leader's code, used by volunteers, closed by itself."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Case, F, QuerySet, When

from voluncity.city.access import personal
from voluncity.city.journal.actions import record
from voluncity.city.people import queries as people
from voluncity.city.people.actions import limits
from voluncity.city.people.models import User
from voluncity.city.people.rules import Limit
from voluncity.city.policy import queries as policy
from voluncity.kernel.clock import day_bounds, local_date
from voluncity.kernel.refusals import BadInput, NotFound, Refusal, TooMany, WrongState
from voluncity.kernel.text import half_width_digits
from voluncity.service.offline.models import Kiosk
from voluncity.service.projects.models import Activity
from voluncity.service.projects.states import HELD_STATES
from voluncity.service.signups import actions as signups
from voluncity.service.signups.models import Scan, Signup
from voluncity.service.signups.states import Direction, Method, SignupState

PAIRING_DIGITS = 8
PAIRING_LASTS = timedelta(minutes=10)
PAIRINGS = Limit("kiosk", 10, PAIRING_LASTS, "配对码输错的次数太多，请 {until} 以后再试。")
AFTER_THE_END = timedelta(hours=2)
WRONG_MOST = 10
WRONG_WITHIN = timedelta(minutes=5)
TAIL_DIGITS = 4
NUMBER_LEAST = 4


@dataclass(frozen=True)
class Typed:
    """What a volunteer typed: the last digits of the phone and of the volunteer's number."""

    phone_tail: str
    number: str


@transaction.atomic
def open_kiosk(*, activity: Activity, by: User, at: datetime) -> tuple[Kiosk, str]:
    """Open a kiosk for an activity; return it and the code that is typed on the tablet once.

    :raises WrongState: when the activity is not open, or over.
    """
    hours = policy.number("offline.kiosk_hours", on=local_date(at))
    ends_at = min(activity.ends_at + AFTER_THE_END, at + timedelta(hours=hours))
    if activity.state not in HELD_STATES or ends_at <= at:
        raise WrongState("活动没有开放，或已经结束，不能开签到台。", code="offline.kiosk_over")
    code = f"{secrets.randbelow(10**PAIRING_DIGITS):0{PAIRING_DIGITS}}"
    kiosk = Kiosk.objects.create(
        activity=activity, opened_by=by, opened_at=at, ends_at=ends_at, pairing=_digest(code)
    )
    record("offline.open_kiosk", kiosk, by=by, at=at, activity=activity.pk)
    return kiosk, code


def pair_kiosk(*, code: str, address: str, at: datetime) -> tuple[Kiosk, str]:
    """Turn the typed code into the tablet's key; a code works once.

    :raises Refusal: when it is wrong, used or too old.
    :raises TooMany: after many wrong ones from one network address.
    """
    tried = limits.use(PAIRINGS, key=limits.key_of(address), at=at)
    digits = half_width_digits(code).replace(" ", "")
    fresh = Kiosk.objects.filter(
        pairing=_digest(digits), closed_at=None, ends_at__gt=at, opened_at__gt=at - PAIRING_LASTS
    )
    kiosk: Kiosk | None = fresh.select_related("activity").first()
    key = secrets.token_urlsafe(24)
    if kiosk is None or not fresh.update(pairing="", key=_digest(key)):
        raise Refusal(
            "配对码不对，或已经用过、过期。请让负责人重新开一个签到台。",
            code="offline.wrong_pairing",
            field="code",
        )
    tried.delete()
    kiosk.key = _digest(key)
    return kiosk, key


def kiosk_of(key: str, *, at: datetime) -> Kiosk | None:
    """Return the open kiosk whose key a tablet holds."""
    live = Kiosk.objects.filter(key=_digest(key), closed_at=None, ends_at__gt=at)
    return live.select_related("activity", "opened_by").first() if key else None


@transaction.atomic
def close_kiosk(*, kiosk: Kiosk, by: User, at: datetime) -> None:
    """Close a kiosk before its end; closing it again is harmless."""
    if Kiosk.objects.filter(pk=kiosk.pk, closed_at=None).update(closed_at=at, pairing="", key=""):
        record("offline.close_kiosk", kiosk, by=by, at=at, activity=kiosk.activity_id)


def pass_by_numbers(
    kiosk: Kiosk, typed: Typed, *, direction: str, nonce: str, at: datetime
) -> Scan:
    """Let somebody pass who typed the last digits of phone and number; counts like a tick.

    :raises BadInput: when too few digits were typed.
    :raises Refusal: when they fit nobody, or the door is shut.
    :raises TooMany: after many wrong ones.
    """
    tail, number = (
        half_width_digits(one).replace(" ", "") for one in (typed.phone_tail, typed.number)
    )
    if not (tail.isdigit() and len(tail) == TAIL_DIGITS):
        raise BadInput("请输入手机号的后四位数字。", code="offline.tail", field="phone_tail")
    if not (number.isdigit() and len(number) >= NUMBER_LEAST):
        raise BadInput("请输入志愿者编号，至少后四位数字。", code="offline.number", field="number")
    _require_few_wrong(kiosk, at=at)
    found = _here(kiosk, direction, at=at).filter(
        volunteer__phone_tail_index=personal.tail_index(tail), volunteer__number__endswith=number
    )
    people_found = {one.volunteer_id: one for one in reversed(found)}
    if len(people_found) != 1:
        _note_wrong(kiosk, at=at)
        raise Refusal(
            "今天的名单里没有对上，请核对号码，或请负责人帮忙。" if not people_found
            else "对上的不止一位，请输入完整的志愿者编号。",
            code="offline.nobody", field="number",
        )  # fmt: skip
    [signup] = people_found.values()
    return _pass(kiosk, signup, Method.KIOSK_TYPED, direction=direction, nonce=nonce, at=at)


def pass_by_card(kiosk: Kiosk, code: str, *, direction: str, nonce: str, at: datetime) -> Scan:
    """Let somebody pass whose card the tablet has scanned; proves presence like a leader's scan.

    :raises BadInput: when the code is none of ours or has run out.
    :raises Refusal: when the volunteer has no place, or the door is shut.
    """
    holder = people.card_holder(code, at=at)
    signup = _here(kiosk, direction, at=at).filter(volunteer_id=holder).first()
    if signup is None:
        raise NotFound("今天的名单里没有您，请找负责人现场登记。", code="offline.nobody")
    return _pass(kiosk, signup, Method.KIOSK_SCAN, direction=direction, nonce=nonce, at=at)


def _pass(
    kiosk: Kiosk, signup: Signup, method: Method, *, direction: str, nonce: str, at: datetime
) -> Scan:
    passage = signups.Passage(signup.volunteer, signup.shift_id, direction, method)
    return signups.pass_volunteer(
        passage, nonce=f"{kiosk.pk}-{nonce}"[:64], by=kiosk.opened_by, at=at
    )


def _here(kiosk: Kiosk, direction: str, *, at: datetime) -> QuerySet[Signup]:
    """Return the places in the activity's shifts of today, the one that is meant first."""
    start, end = day_bounds(local_date(at))
    placed = Signup.objects.filter(
        shift__activity=kiosk.activity_id, state=SignupState.PLACED,
        shift__starts_at__lt=end, shift__ends_at__gt=start,
    )  # fmt: skip
    is_over = Case(When(shift__ends_at__lt=at, then=1), default=0)
    is_in = When(attendance__isnull=False, attendance__out_at=None, then=0)
    leaves = [Case(is_in, default=1)] if direction == Direction.OUT else []
    return placed.select_related("volunteer", "shift").order_by(
        *leaves, is_over, "shift__starts_at"
    )


def _require_few_wrong(kiosk: Kiosk, *, at: datetime) -> None:
    now_wrong = Kiosk.objects.filter(pk=kiosk.pk, wrong_since__gt=at - WRONG_WITHIN)
    if now_wrong.filter(wrong_tries__gte=WRONG_MOST).exists():
        raise TooMany("输错的次数太多，请过五分钟再试，或请负责人帮忙。")


def _note_wrong(kiosk: Kiosk, *, at: datetime) -> None:
    recent = Kiosk.objects.filter(pk=kiosk.pk, wrong_since__gt=at - WRONG_WITHIN)
    if not recent.update(wrong_tries=F("wrong_tries") + 1):
        Kiosk.objects.filter(pk=kiosk.pk).update(wrong_tries=1, wrong_since=at)


def _digest(secret: str) -> str:
    key = settings.SECRET_KEY.encode()
    return hmac.new(key, f"kiosk\0{secret}".encode(), hashlib.sha256).hexdigest()
