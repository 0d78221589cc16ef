"""Check in and out: by the venue's code, by the volunteer's code, or from the list.

Every try is kept with its result. The nonce of the page makes a repeated request harmless: it
gets the first answer again, a refusal as well as a success.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from voluncity.city.people import queries as people
from voluncity.city.people.models import User, Volunteer
from voluncity.kernel.refusals import BadInput, NotFound, Refusal, TooMany
from voluncity.kernel.text import half_width_digits
from voluncity.service.signups import codes, queries, rules
from voluncity.service.signups.actions import quick_door
from voluncity.service.signups.actions.places import journal
from voluncity.service.signups.locks import hold_activity
from voluncity.service.signups.models import Attendance, Scan, Signup
from voluncity.service.signups.queries.doors import (
    THEY,
    YOU,
    door_facts,
    known_shift,
    signup_at_door,
)
from voluncity.service.signups.states import Direction, Method

_NONCE = re.compile(r"[A-Za-z0-9_-]{8,64}")
_VOLUNTEER_NUMBER = re.compile(r"\d{6,14}")
WRONG_NUMBER = "signups.wrong_number"
WRONG_NUMBERS_MOST = 8
WRONG_NUMBERS_WITHIN = timedelta(minutes=10)


@dataclass
class _Try:
    """One try at the door; what is not known at first is filled in on the way."""

    nonce: str
    about: str
    method: Method
    by: User
    at: datetime
    wanted: str = ""
    shift_id: int | None = None
    volunteer_id: int | None = None
    who: str = YOU

    def row(self, refusal: Refusal | None = None) -> Scan:
        """Return the row that keeps this try."""
        return Scan(
            nonce=self._digest(),
            shift_id=self.shift_id,
            volunteer_id=self.volunteer_id,
            direction=self.wanted,
            method=self.method,
            at=self.at,
            by=self.by,
            is_accepted=refusal is None,
            refusal_code=refusal.code if refusal else "",
            refusal_sentence=refusal.sentence[:200] if refusal else "",
        )

    def first_answer(self) -> Scan:
        """Return the answer to the same try before.

        :raises Refusal: when that was one.
        """
        scan = Scan.objects.get(nonce=self._digest())
        if not scan.is_accepted:
            raise Refusal(scan.refusal_sentence, code=scan.refusal_code)
        return scan

    def _digest(self) -> str:
        parts = f"{self.by.pk}\0{self.method}\0{self.wanted}\0{self.about}\0{self.nonce}"
        return hashlib.sha256(parts.encode()).hexdigest()


def scan_venue_code(
    *, token: str, volunteer: Volunteer, nonce: str, by: User, at: datetime, direction: str = ""
) -> Scan:
    """Let a volunteer pass by the code on the organizer's screen: first in, then out.

    :raises BadInput: when the code is none of ours.
    :raises Refusal: with the reason, which is kept.
    """
    attempt = _Try(
        _nonce(nonce), token, Method.VENUE_CODE, by, at, _direction(direction),
        volunteer_id=volunteer.pk,
    )  # fmt: skip

    def find() -> Signup:
        attempt.shift_id = known_shift(codes.shift_of(token, volunteer_id=volunteer.pk, at=at))
        return signup_at_door(attempt.shift_id, volunteer, who=YOU)

    return _passed_quickly(attempt, token, volunteer) or _kept(attempt, find)


def _passed_quickly(attempt: _Try, token: str, volunteer: Volunteer) -> Scan | None:
    """Return the scan of somebody in whose way nothing is; None when a closer look is needed."""
    scan = attempt.row()
    try:
        scan.shift_id = codes.shift_of(token, volunteer_id=volunteer.pk, at=attempt.at)
        passage = queries.passage(
            scan.shift_id, volunteer.pk, nonce=scan.nonce, who=attempt.who, at=attempt.at
        )
        if passage is None:
            return None
        direction = rules.direction_for(passage.door, attempt.wanted, at=attempt.at)
        rules.require_door_open(passage.door, direction, at=attempt.at)
    except Refusal:
        return None  # it is found again, and kept
    behalf_id = None if volunteer.user_id == attempt.by.pk else volunteer.pk
    return quick_door.passed(scan, passage, direction, behalf_id=behalf_id)


def scan_volunteer_code(
    *, code: str, shift_id: int, nonce: str, by: User, at: datetime, direction: str = ""
) -> Scan:
    """Let a volunteer pass whose card the leader has scanned, or whose number was typed.

    A typed number proves no presence; it counts like a tick on the list.

    :raises BadInput: when the code is none of ours.
    :raises Refusal: with the reason, which is kept.
    """
    number = re.sub(r"\s", "", half_width_digits(code))
    typed = _VOLUNTEER_NUMBER.fullmatch(number) is not None
    method = Method.LIST if typed else Method.LEADER_SCAN
    attempt = _Try(
        _nonce(nonce), f"{shift_id}\0{code}", method, by, at, _direction(direction), who=THEY
    )  # fmt: skip

    def find() -> Signup:
        attempt.shift_id = known_shift(shift_id)
        volunteer = _by_number(number) if typed else _by_card(code, at=at)
        attempt.volunteer_id = volunteer.pk
        return signup_at_door(shift_id, volunteer, who=THEY)

    return _kept(attempt, find)


def _by_number(number: str) -> Volunteer:
    volunteer: Volunteer | None = Volunteer.objects.filter(number=number).first()
    if volunteer is None:
        raise BadInput(
            "没有这个编号的志愿者，请核对志愿者证。", code="signups.unknown_number", field="code"
        )
    return volunteer


def _by_card(code: str, *, at: datetime) -> Volunteer:
    volunteer_id = people.card_holder(code, at=at)
    volunteer: Volunteer | None = Volunteer.objects.filter(pk=volunteer_id).first()
    if volunteer is None:
        raise NotFound("没有找到这位志愿者，请核对志愿者证。")
    return volunteer


def tick(*, signup_id: int, direction: str, nonce: str, by: User, at: datetime) -> Scan:
    """Let the leader tick somebody on the list; the word of the leader, not a proof.

    :raises Refusal: with the reason, which is kept.
    """
    signup = Signup.objects.select_related("volunteer").filter(pk=signup_id).first()
    if signup is None:
        raise NotFound("没有找到这次报名，请刷新名单。")
    attempt = _Try(
        _nonce(nonce), str(signup_id), Method.LIST, by, at, _direction(direction),
        signup.shift_id, signup.volunteer_id, THEY,
    )  # fmt: skip
    return _kept(attempt, lambda: signup_at_door(signup.shift_id, signup.volunteer, who=THEY))


def _kept(attempt: _Try, find: Callable[[], Signup]) -> Scan:
    """Run a try and keep its result, also when it is refused."""
    try:
        with transaction.atomic():
            scan = attempt.row()
            scan.save(force_insert=True)
            signup = find()
            return _passed(attempt, scan, signup)
    except IntegrityError:
        return attempt.first_answer()
    except Refusal as refusal:
        Scan.objects.bulk_create([attempt.row(refusal)], ignore_conflicts=True)
        raise


def _passed(attempt: _Try, scan: Scan, signup: Signup) -> Scan:
    _require_somebody_else(attempt, signup)
    hold_activity(signup.shift.activity_id)  # of two at once the second sees the first
    signup = signup_at_door(signup.shift_id, signup.volunteer, who=attempt.who)
    facts = door_facts(signup, who=attempt.who, at=attempt.at)
    direction = rules.direction_for(facts, attempt.wanted, at=attempt.at)
    rules.require_door_open(facts, direction, at=attempt.at)
    _write(attempt, signup, direction)
    scan.shift_id, scan.volunteer_id, scan.direction = (
        signup.shift_id, signup.volunteer_id, direction,
    )  # fmt: skip
    scan.save(update_fields=["shift", "volunteer", "direction"])
    behalf = None if signup.volunteer.user_id == attempt.by.pk else signup.volunteer
    journal(
        f"signups.check_{direction}", signup, signup.shift, by=attempt.by, at=attempt.at,
        on_behalf_of=behalf, method=str(attempt.method),
    )  # fmt: skip
    return scan


def _require_somebody_else(attempt: _Try, signup: Signup) -> None:
    if attempt.method != Method.VENUE_CODE and signup.volunteer.user_id == attempt.by.pk:
        raise Refusal(
            "不能给自己点名或扫自己的码，请扫现场屏幕上的码，或请另一位负责人办理。",
            code="signups.own_case",
        )


def _write(attempt: _Try, signup: Signup, direction: Direction) -> None:
    if direction == Direction.IN:
        Attendance.objects.create(
            signup=signup, in_at=attempt.at, in_method=attempt.method, in_by=attempt.by
        )
        return
    Attendance.objects.filter(signup=signup, out_at=None).update(
        out_at=attempt.at, out_method=attempt.method, out_by=attempt.by
    )


def _nonce(nonce: str) -> str:
    if not _NONCE.fullmatch(nonce):
        raise BadInput("这次操作不完整，请刷新页面再试。", code="bad_input.nonce", field="nonce")
    return nonce


def _direction(direction: str) -> str:
    if direction and direction not in Direction.values:
        raise BadInput("请选择签到或签退。", code="bad_input.direction", field="direction")
    return direction


def note_refused_door(
    *, token: str, look: queries.DoorLook, volunteer: Volunteer, by: User, at: datetime
) -> None:
    """Keep that somebody stood at the door and why they could not pass; once per code."""
    if look.problem is None:
        return
    attempt = _Try(
        "page", token, Method.VENUE_CODE, by, at,
        shift_id=look.shift_id, volunteer_id=volunteer.pk,
    )  # fmt: skip
    Scan.objects.bulk_create([attempt.row(look.problem)], ignore_conflicts=True)


def type_venue_number(*, number: str, volunteer: Volunteer, by: User, at: datetime) -> str:
    """Return the venue code that six typed digits stand for, at a door where the volunteer may be.

    :raises Refusal: when the digits fit no door; the try is kept.
    :raises TooMany: after many wrong numbers.
    """
    wrong = Scan.objects.filter(
        volunteer=volunteer, refusal_code=WRONG_NUMBER, at__gt=at - WRONG_NUMBERS_WITHIN
    )
    if wrong.count() >= WRONG_NUMBERS_MOST:
        raise TooMany("输错的次数太多，请十分钟后再试，或请领队扫您的志愿者码。")
    near = queries.shifts_at_door(volunteer, at=at)
    token = codes.token_of_number(number, shift_ids=[s.shift_id for s in near], at=at)
    if token:
        return token
    refusal = Refusal(
        "数字不对或已过期，请看现场屏幕上最新的六位数字。" if near
        else "现在没有您可以签到的班次，请核对报名的时间。",
        code=WRONG_NUMBER,
        field="code",
    )  # fmt: skip
    attempt = _Try(
        "typed", f"{number}\0{at.timestamp()}", Method.VENUE_CODE, by, at, volunteer_id=volunteer.pk
    )
    Scan.objects.bulk_create([attempt.row(refusal)], ignore_conflicts=True)
    raise refusal
