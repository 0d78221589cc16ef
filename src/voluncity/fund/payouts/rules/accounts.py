"""Bank accounts: the number, and the name of who holds it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import SequenceMatcher

from voluncity.fund.grants.models import Funding
from voluncity.kernel.refusals import BadInput
from voluncity.kernel.text import half_width_digits

LEAST_DIGITS, MOST_DIGITS = 8, 30
# Cards of UnionPay (ISO/IEC 7812-1: the last digit is a check); accounts of units have none.
_CARD = re.compile(r"62\d{14,17}")
_BETWEEN = re.compile(r"[\s\-－—]")
_BRACKETS = str.maketrans("（）［］【】·•", "()[][]··")


@dataclass(frozen=True)
class PayeePlan:
    """An account as it is typed in."""

    holder: str
    why_other: str
    bank: str
    number: str


def account_number(raw: str) -> str:
    """Return the digits of an account number; blanks and hyphens between them are dropped.

    :raises BadInput: when it is no number of a usual length.
    """
    number = _BETWEEN.sub("", half_width_digits(raw))
    if not number.isascii() or not number.isdigit():
        raise BadInput("账号只能是数字，请核对。", field="number")
    if not LEAST_DIGITS <= len(number) <= MOST_DIGITS:
        raise BadInput(
            f"账号应为 {LEAST_DIGITS} 到 {MOST_DIGITS} 位数字，现在是 {len(number)} 位，请核对。",
            field="number",
        )
    if len(set(number)) == 1:
        raise BadInput("账号不能全是同一个数字，请核对。", field="number")
    return number


def luhn_warning(number: str) -> str:
    """Return a hint when a card's check digit does not fit; other numbers have none."""
    if not _CARD.fullmatch(number):
        return ""
    doubled = (int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(number[::-1]))
    is_right = sum(one - 9 if one > 9 else one for one in doubled) % 10 == 0  # noqa: PLR2004
    return "" if is_right else "这个卡号的校验位不对，可能有一位输错了，请对照开户材料核对。"


def owner_of(funding: Funding) -> str:
    """Return whose account pays a funded project: the organization, else the named recipient."""
    if funding.organization_id:
        return f"org:{funding.organization_id}"
    return f"region:{funding.region_id}:{funding.recipient}"


def owner_name(funding: Funding) -> str:
    """Return the full name that an account of a recipient is in."""
    return funding.organization.name if funding.organization else funding.recipient


def _normal(name: str) -> str:
    return re.sub(r"\s", "", half_width_digits(name).translate(_BRACKETS))


def is_same_name(holder: str, owner: str) -> bool:
    """Tell whether two names are one; blanks and the width of brackets do not count."""
    return _normal(holder) == _normal(owner)


def differences(holder: str, owner: str) -> str:
    """Return in words how the holder's name differs from the recipient's."""
    said = []
    one, other = _normal(holder), _normal(owner)
    for verb, a, b, c, d in SequenceMatcher(None, other, one, autojunk=False).get_opcodes():
        if verb == "delete":
            said.append(f"少了“{other[a:b]}”")
        elif verb == "insert":
            said.append(f"多了“{one[c:d]}”")
        elif verb == "replace":
            said.append(f"“{other[a:b]}”写成了“{one[c:d]}”")
    return "，".join(said)


def usable_from(*, verified_at: datetime, is_change: bool, cooling_days: int) -> datetime:
    """Return from when money may go to an account: a changed one rests for some days."""
    return verified_at + timedelta(days=cooling_days if is_change else 0)
