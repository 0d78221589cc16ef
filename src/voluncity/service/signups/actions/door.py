"""Check in and out: by the venue's code, by the volunteer's code, or from the list.

Every try is kept with its result. The nonce of the page makes a repeated request harmless: it
gets the first answer again, a refusal as well as a success.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from voluncity.city.people import queries as people
from voluncity.city.people.models import User, Volunteer
from voluncity.kernel.geo import distance_m
from voluncity.kernel.refusals import BadInput, NotFound, Refusal, TooMany
from voluncity.kernel.text import half_width_digits
from voluncity.service.signups import codes, queries, rules
from voluncity.service.signups.actions import quick_door
from voluncity.service.signups.actions.tries import Flags, Try, kept
from voluncity.service.signups.models import Scan, Signup
from voluncity.service.signups.queries.doors import THEY, YOU, known_shift, signup_at_door
from voluncity.service.signups.states import Direction, FlagKind, Method

Point = tuple[float, float]

_NONCE = re.compile(r"[A-Za-z0-9_-]{8,64}")
_VOLUNTEER_NUMBER = re.compile(r"\d{6,14}")
WRONG_NUMBER = "signups.wrong_number"
WRONG_NUMBERS_MOST = 8
WRONG_NUMBERS_WITHIN = timedelta(minutes=10)


@dataclass(frozen=True)
class Phone:
    """What a phone says about itself.

    `device` is its mark (web/devices.py). `place` is where it says that it is: only how far that is
    from the activity is kept, and only when it is far.
    """

    device: str = ""
    place: Point | None = None


UNKNOWN = Phone()


@dataclass(frozen=True)
class Passage:
    """Somebody who stood at a door and was recognized: by the kiosk, or without network."""

    volunteer: Volunteer
    shift_id: int
    direction: str
    method: Method
    device: str = ""
    flags: Flags = field(default_factory=dict)


def scan_venue_code(
    *, token: str, volunteer: Volunteer, nonce: str, by: User, at: datetime, direction: str = "",
    phone: Phone = UNKNOWN,
) -> Scan:  # fmt: skip
    """Let a volunteer pass by the code on the organizer's screen: first in, then out.

    :raises BadInput: when the code is none of ours.
    :raises Refusal: with the reason, which is kept.
    """
    attempt = Try(
        _nonce(nonce), token, Method.VENUE_CODE, by, at, _direction(direction),
        volunteer_id=volunteer.pk, device=phone.device,
    )  # fmt: skip

    def find() -> Signup:
        attempt.shift_id = known_shift(codes.shift_of(token, volunteer_id=volunteer.pk, at=at))
        signup = signup_at_door(attempt.shift_id, volunteer, who=YOU)
        activity = signup.shift.activity
        attempt.flags = _far(phone.place, (activity.lat, activity.lng))
        return signup

    return _passed_quickly(attempt, token, phone.place, volunteer) or kept(attempt, find)


def _far(here: Point | None, there: tuple[float | None, float | None] | None) -> Flags:
    """Return the flag of somebody who says to be somewhere else; nothing when it is unknown."""
    if here is None or there is None or there[0] is None or there[1] is None:
        return {}
    kilometers = rules.distance_class(distance_m(*here, there[0], there[1]))
    return {FlagKind.FAR: kilometers} if kilometers else {}


def _passed_quickly(
    attempt: Try, token: str, place: Point | None, volunteer: Volunteer
) -> Scan | None:
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
        comes_back = direction == Direction.IN and passage.door.in_at is not None
        if comes_back or _far(place, passage.place):
            return None
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
    attempt = Try(
        _nonce(nonce), f"{shift_id}\0{code}", method, by, at, _direction(direction), who=THEY
    )  # fmt: skip

    def find() -> Signup:
        attempt.shift_id = known_shift(shift_id)
        volunteer = _by_number(number) if typed else _by_card(code, at=at)
        attempt.volunteer_id = volunteer.pk
        return signup_at_door(shift_id, volunteer, who=THEY)

    return kept(attempt, find)


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


def pass_volunteer(passage: Passage, *, nonce: str, by: User, at: datetime) -> Scan:
    """Let somebody pass whom the kiosk or the leader's device without network has recognized.

    `at` is when they stood there, which may be long before we are told; `by` answers for it.

    :raises Refusal: with the reason, which is kept.
    """
    who, shift_id = passage.volunteer, passage.shift_id
    attempt = Try(
        _nonce(nonce), f"{shift_id}\0{who.pk}", passage.method, by, at,
        _direction(passage.direction), shift_id, who.pk, THEY, passage.device, passage.flags,
    )  # fmt: skip
    return kept(attempt, lambda: signup_at_door(shift_id, who, who=THEY))


def tick(*, signup_id: int, direction: str, nonce: str, by: User, at: datetime) -> Scan:
    """Let the leader tick somebody on the list; the word of the leader, not a proof.

    :raises Refusal: with the reason, which is kept.
    """
    signup = Signup.objects.select_related("volunteer").filter(pk=signup_id).first()
    if signup is None:
        raise NotFound("没有找到这次报名，请刷新名单。")
    attempt = Try(
        _nonce(nonce), str(signup_id), Method.LIST, by, at, _direction(direction),
        signup.shift_id, signup.volunteer_id, THEY,
    )  # fmt: skip
    return kept(attempt, lambda: signup_at_door(signup.shift_id, signup.volunteer, who=THEY))


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
    attempt = Try(
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
    attempt = Try(
        "typed", f"{number}\0{at.timestamp()}", Method.VENUE_CODE, by, at, volunteer_id=volunteer.pk
    )
    Scan.objects.bulk_create([attempt.row(refusal)], ignore_conflicts=True)
    raise refusal
