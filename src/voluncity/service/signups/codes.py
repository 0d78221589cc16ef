"""The codes at the door: they change every 15 seconds and are made only by us (RULES.md §1.5).

A code that is forwarded is worthless before long. Opening the code's page gives a pass for one
volunteer, so that slow hands have time to press the button.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta

from django.conf import settings

from voluncity.kernel import tokens
from voluncity.kernel.refusals import Refusal

STEP = timedelta(seconds=15)
STEPS_ACCEPTED = 3  # this one and the two before: 30 to 45 seconds
PASS_LASTS = timedelta(minutes=3)
DIGITS = 6

_VENUE, _PASS = "venue", "venue-pass"
_PASS_MARK = "p,"  # noqa: S105 -- how a pass begins


class CodeExpired(Refusal):
    """The code was ours and is too old."""

    default_code = "signups.code_expired"


def venue_token(shift_id: int, *, at: datetime) -> str:
    """Return the token in the QR code on the organizer's screen."""
    return _venue_token(shift_id, _step(at))


def venue_number(shift_id: int, *, at: datetime) -> str:
    """Return the six digits under the QR code, for a phone without a camera."""
    return _number(shift_id, _step(at))


def token_of_number(number: str, *, shift_ids: list[int], at: datetime) -> str:
    """Return the token that stands for typed digits, among the shifts somebody may mean; or ''."""
    now = _step(at)
    for shift_id in shift_ids:
        for step in range(now, now - STEPS_ACCEPTED, -1):
            if hmac.compare_digest(_number(shift_id, step), number):
                return _venue_token(shift_id, step)
    return ""


def make_pass(shift_id: int, *, volunteer_id: int, at: datetime) -> str:
    """Return the pass of a volunteer who opened a valid code's page."""
    payload = f"{_PASS_MARK}{shift_id},{volunteer_id},{int(at.timestamp())}"
    return tokens.sign(payload, key=_key(), purpose=_PASS)


def shift_of(token: str, *, volunteer_id: int, at: datetime) -> int:
    """Return the shift at whose door a venue code or a pass was given.

    :raises BadInput: when it is none of ours, or another volunteer's pass.
    :raises CodeExpired: when it is too old.
    """
    if token.startswith(_PASS_MARK):
        return _shift_of_pass(token, volunteer_id=volunteer_id, at=at)
    shift_id, step = tokens.verify(token, key=_key(), purpose=_VENUE).split(",")
    # A step of the near future comes from another server's clock.
    if not -1 <= _step(at) - int(step) < STEPS_ACCEPTED:
        raise CodeExpired("这个签到码已经过期，请对准现场屏幕上的新码重新扫一扫。")
    return int(shift_id)


def _shift_of_pass(token: str, *, volunteer_id: int, at: datetime) -> int:
    payload = tokens.verify(token, key=_key(), purpose=_PASS)
    shift_id, owner, second = payload.removeprefix(_PASS_MARK).split(",")
    if int(owner) != volunteer_id:
        raise CodeExpired("这个页面是给另一位志愿者的，请自己扫一扫现场屏幕上的码。")
    if int(second) + PASS_LASTS.total_seconds() < at.timestamp():
        raise CodeExpired("页面打开太久了，请对准现场屏幕上的新码重新扫一扫。")
    return int(shift_id)


def _venue_token(shift_id: int, step: int) -> str:
    return tokens.sign(f"{shift_id},{step}", key=_key(), purpose=_VENUE)


def _number(shift_id: int, step: int) -> str:
    message = f"venue-number\0{shift_id},{step}".encode()
    digest = hmac.new(_key(), message, hashlib.sha256).digest()
    return f"{int.from_bytes(digest[:8], 'big') % 10**DIGITS:0{DIGITS}}"


def _step(at: datetime) -> int:
    return int(at.timestamp() // STEP.total_seconds())


def _key() -> bytes:
    return settings.SECRET_KEY.encode()
