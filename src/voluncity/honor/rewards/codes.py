"""The codes of a voucher: on the phone another one every 15 seconds, on paper one that stays.

A picture of the phone's code is worthless before long. A paper code is good until the voucher is
used, or another paper was printed. Finding a voucher gives the clerk a pass for three minutes, so
that slow hands have time to press the button.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from django.conf import settings

from voluncity.kernel import tokens
from voluncity.kernel.refusals import BadInput, Refusal
from voluncity.kernel.text import clean

STEP = timedelta(seconds=15)
STEPS_ACCEPTED = 3  # this one and the two before: 30 to 45 seconds
PASS_LASTS = timedelta(minutes=3)
SERIAL_DIGITS, CHECK_DIGITS = 6, 4
_PHONE, _PAPER, _PASS, _CHECK = "voucher", "voucher-paper", "voucher-pass", "voucher-check"
_PAPER_MARK = "p,"
_NUMBER = re.compile(r"[0-9]{10}")


class CodeExpired(Refusal):
    """The code was ours and is too old."""

    default_code = "rewards.code_expired"


@dataclass(frozen=True)
class Meant:
    """What a code names: a voucher, or the digits that somebody typed."""

    voucher_id: int | None = None
    paper_number: int | None = None
    serial: str = ""
    check: str = ""


def phone_token(voucher_id: int, *, at: datetime) -> str:
    """Return the token in the QR code on the volunteer's phone."""
    return tokens.sign(f"{voucher_id},{_step(at)}", key=_key(), purpose=_PHONE)


def paper_token(voucher_id: int, *, paper_number: int) -> str:
    """Return the token in the QR code of a printed voucher."""
    return tokens.sign(f"{_PAPER_MARK}{voucher_id},{paper_number}", key=_key(), purpose=_PAPER)


def typed_number(voucher_id: int, serial: str, *, at: datetime) -> str:
    """Return the ten digits beside the QR code: the voucher's serial and four that change."""
    return serial + _check(voucher_id, _step(at))


def is_check_of(voucher_id: int, check: str, *, at: datetime) -> bool:
    """Return whether the four digits belong to a voucher at this moment."""
    steps = range(_step(at) - STEPS_ACCEPTED + 1, _step(at) + 1)
    return any(hmac.compare_digest(_check(voucher_id, step), check) for step in steps)


def read(text: str, *, at: datetime) -> Meant:
    """Return what a scanned or typed code means.

    :raises BadInput: when it is none of ours.
    :raises CodeExpired: when it is too old.
    """
    cleaned = clean(text).replace(" ", "")
    if not cleaned:
        raise BadInput("请扫码，或者输入券上的 10 位数字。", field="code")
    if _NUMBER.fullmatch(cleaned):
        return Meant(serial=cleaned[:SERIAL_DIGITS], check=cleaned[SERIAL_DIGITS:])
    token = _in_address(cleaned)
    if token.startswith(_PAPER_MARK):
        voucher, number = _numbers(token, _PAPER)
        return Meant(voucher_id=voucher, paper_number=number)
    voucher, step = _numbers(token, _PHONE)
    # A step of the near future comes from another server's clock.
    if not -1 <= _step(at) - step < STEPS_ACCEPTED:
        raise CodeExpired("这个码已经过期，请让顾客打开手机上的券，对准新的码再扫。", field="code")
    return Meant(voucher_id=voucher)


def make_pass(voucher_id: int, *, clerk_id: int, at: datetime) -> str:
    """Return the pass of a clerk who found a voucher by a valid code."""
    payload = f"{voucher_id},{clerk_id},{int(at.timestamp())}"
    return tokens.sign(payload, key=_key(), purpose=_PASS)


def read_pass(token: str, *, clerk_id: int, at: datetime) -> int:
    """Return the voucher for which this clerk holds a pass.

    :raises BadInput: when it is none of ours.
    :raises CodeExpired: when it is too old, or somebody else's.
    """
    payload = tokens.verify(token, key=_key(), purpose=_PASS)
    voucher, clerk, second = (int(part) for part in payload.split(","))
    late = at.timestamp() - second > PASS_LASTS.total_seconds()
    if clerk != clerk_id or late:
        raise CodeExpired("页面打开太久了，请重新扫顾客的码。")
    return voucher


def _in_address(text: str) -> str:
    """Return the token of the address that stands in a QR code; any other text as it is."""
    if "://" not in text:
        return text
    return (parse_qs(urlsplit(text).query).get("code") or [""])[0]


def _numbers(token: str, purpose: str) -> list[int]:
    try:
        payload = tokens.verify(token, key=_key(), purpose=purpose)
    except BadInput as refusal:
        raise BadInput(
            "这不是兑换券的码，请让顾客打开“我的兑换”里的券再扫。",
            code="rewards.no_code", field="code",
        ) from refusal  # fmt: skip
    return [int(part) for part in payload.removeprefix(_PAPER_MARK).split(",")]


def _check(voucher_id: int, step: int) -> str:
    message = f"{_CHECK}\0{voucher_id},{step}".encode()
    digest = hmac.new(_key(), message, hashlib.sha256).digest()
    return f"{int.from_bytes(digest[:8], 'big') % 10**CHECK_DIGITS:0{CHECK_DIGITS}}"


def _step(at: datetime) -> int:
    return int(at.timestamp() // STEP.total_seconds())


def _key() -> bytes:
    return settings.SECRET_KEY.encode()
