"""Numbers that say who somebody is: identity documents, credit codes, mobile phones."""

from __future__ import annotations

import re
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import date
from enum import StrEnum
from typing import Literal

from voluncity.kernel.refusals import BadInput
from voluncity.kernel.text import half_width_digits

MAX_AGE = 130

# GB 11643-1999, ISO 7064 MOD 11-2.
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
_ID_LENGTH, _OLD_ID_LENGTH = 18, 15
# 港澳台居民居住证: Hong Kong, Macao, Taiwan.
_RESIDENCE_PERMITS = ("810000", "820000", "830000")

# GB 32100-2015 and, for characters 9 to 17, GB 11714.
_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_ORGANIZATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)

_SEPARATORS = re.compile(r"[\s\u200b-\u200f\u202a-\u202e\u2060\ufeff()（）\-‐‑‒–—－_.·]+")


@dataclass(frozen=True)
class IdNumber:
    """A resident identity number that passed every check; the number stays out of logs."""

    number: str = dataclass_field(repr=False)
    born_on: date
    sex: Literal["M", "F"]
    region_code: str
    is_residence_permit: bool


class OtherIdKind(StrEnum):
    """Documents other than the resident identity card."""

    PASSPORT = "PASSPORT"
    HK_MACAO_PERMIT = "HK_MACAO_PERMIT"
    TAIWAN_PERMIT = "TAIWAN_PERMIT"
    FOREIGN_RESIDENT = "FOREIGN_RESIDENT"


_OTHER_IDS = {
    OtherIdKind.PASSPORT: (
        re.compile(r"(?=.*[0-9])[A-Z0-9]{5,12}"),
        "护照号码应为 5 到 12 位字母和数字，请对照护照填写。",
    ),
    OtherIdKind.HK_MACAO_PERMIT: (
        re.compile(r"[HM][0-9]{8}(?:[0-9]{2})?"),
        "港澳居民来往内地通行证号码应为 H 或 M 加 8 位数字，请对照证件填写。",
    ),
    OtherIdKind.TAIWAN_PERMIT: (
        re.compile(r"[0-9]{8}|[0-9]{10}[A-Z]?"),
        "台湾居民来往大陆通行证号码应为 8 位数字，请对照证件填写。",
    ),
    # Cards of 2023 have 18 places and start with 9, older ones three letters and 12 digits.
    OtherIdKind.FOREIGN_RESIDENT: (
        re.compile(r"9[0-9]{16}[0-9X]|[A-Z]{3}[0-9]{12}"),
        "外国人永久居留身份证号码应为 9 开头的 18 位，或 3 个字母加 12 位数字，请对照证件填写。",
    ),
}


def id_check_digit(first17: str) -> str:
    """Return the 18th character that belongs to the first 17 digits (GB 11643-1999)."""
    total = sum(int(digit) * weight for digit, weight in zip(first17, _ID_WEIGHTS, strict=True))
    return _ID_CHECKS[total % 11]


def parse_resident_id(raw: str, *, today: date, field: str = "id_no") -> IdNumber:
    """Return what a resident identity number or residence permit number says (GB 11643-1999).

    The region is never a reason to refuse: codes change, and the older half of the people carry
    numbers whose codes did not exist when they were born (RULES.md §3.1).
    :raises BadInput: when a digit, the date of birth or the check character cannot be right.
    """
    number = _compact(raw)
    _refuse_wrong_id_form(number, field)
    born_on = _born_on(number, today, field)
    if number[-1] != id_check_digit(number[:-1]):
        raise _bad_id("身份证号校验不通过，可能有一位写错了，请对照证件逐位核对。", field)
    return IdNumber(
        number=number,
        born_on=born_on,
        sex="M" if int(number[16]) % 2 else "F",
        region_code=number[:6],
        is_residence_permit=number.startswith(_RESIDENCE_PERMITS),
    )


def parse_other_id(kind: OtherIdKind | str, raw: str, *, field: str = "id_no") -> str:
    """Return the number of another document; only its form can be checked.

    :raises BadInput: when the form is wrong or the kind of document is unknown.
    """
    try:
        pattern, sentence = _OTHER_IDS[OtherIdKind(kind)]
    except ValueError as error:
        raise BadInput(
            "没有这种证件类型，请重新选择。", code="bad_input.id_kind", field=field
        ) from error
    number = _compact(raw)
    if not pattern.fullmatch(number):
        raise _bad_id(sentence, field)
    return number


def parse_uscc(raw: str, field: str = "uscc") -> str:
    """Return a unified social credit code of 18 characters (GB 32100-2015).

    :raises BadInput: when its length, a letter or one of its two check characters is wrong.
    """
    code = _compact(raw)
    if len(code) != 18:  # noqa: PLR2004 -- the length is the standard
        raise _bad_uscc(f"统一社会信用代码应为 18 位，现在是 {len(code)} 位，请核对。", field)
    if any(character not in _USCC_ALPHABET for character in code):
        raise _bad_uscc(
            "统一社会信用代码只有数字和大写字母，且没有 I、O、S、V、Z，"
            "请看是否把数字 1、0、5、2 写成了字母。",
            field,
        )
    if code[17] != _uscc_check(code[:17]) or code[16] != _organization_check(code[8:16]):
        raise _bad_uscc("统一社会信用代码校验不通过，请对照证书逐位核对。", field)
    return code


def parse_mobile(raw: str, field: str = "phone") -> str:
    """Return a mainland mobile number as 11 digits, without +86.

    :raises BadInput: when it is not such a number.
    """
    number = re.sub(r"^(?:\+|00)?86(?=1[0-9]{10}$)", "", _compact(raw))
    if not re.fullmatch(r"[0-9]+", number):
        raise _bad_phone("手机号只能填写数字，请重新填写。" if number else "请填写手机号。", field)
    if len(number) != 11:  # noqa: PLR2004 -- eleven digits is what everyone knows
        raise _bad_phone(f"手机号应为 11 位数字，现在是 {len(number)} 位，请核对。", field)
    if not re.fullmatch(r"1[3-9][0-9]{9}", number):
        raise _bad_phone("这不是有效的手机号，请填写 13 到 19 开头的 11 位手机号。", field)
    return number


def age_on(born_on: date, day: date) -> int:
    """Return the age in full years; one born on 29 February is a year older on 1 March."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def latest_birthday(age: int, day: date) -> date:
    """Return the last day of birth of those who are at least so old on a day."""
    year = day.year - age
    try:
        return day.replace(year=year)
    except ValueError:  # 29 February of another year
        return date(year, 2, 28)


def _compact(raw: str) -> str:
    return _SEPARATORS.sub("", half_width_digits(raw).replace("＋", "+")).upper()


def _refuse_wrong_id_form(number: str, field: str) -> None:
    if not number:
        raise _bad_id("请填写身份证号。", field)
    if len(number) == _OLD_ID_LENGTH and re.fullmatch(r"[0-9]+", number):
        raise _bad_id("15 位的旧身份证号已经停用，请填写 18 位身份证号。", field)
    if len(number) != _ID_LENGTH:
        raise _bad_id(f"身份证号应为 18 位，现在是 {len(number)} 位，请核对。", field)
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        raise _bad_id("身份证号只能是数字，最后一位可以是 X，请核对。", field)
    if number.startswith("9"):
        raise _bad_id("这是外国人永久居留身份证的号码，请先把证件类型改过来。", field)


def _born_on(number: str, today: date, field: str) -> date:
    try:
        born_on = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError as error:
        raise _bad_id(
            "身份证号第 7 到 14 位是出生日期，但没有这一天，请对照证件核对。", field
        ) from error
    if born_on > today:
        raise _bad_id("身份证号里的出生日期还没有到，请对照证件核对。", field)
    if age_on(born_on, today) > MAX_AGE:
        raise _bad_id(f"身份证号里的出生日期超过了 {MAX_AGE} 年，请对照证件核对。", field)
    return born_on


def _uscc_check(first17: str) -> str:
    total = sum(
        _USCC_ALPHABET.index(character) * weight
        for character, weight in zip(first17, _USCC_WEIGHTS, strict=True)
    )
    return _USCC_ALPHABET[-total % 31]


def _organization_check(first8: str) -> str:
    total = sum(
        int(character, 36) * weight
        for character, weight in zip(first8, _ORGANIZATION_WEIGHTS, strict=True)
    )
    return "0123456789X"[-total % 11]


def _bad_id(sentence: str, field: str) -> BadInput:
    return BadInput(sentence, code="bad_input.id_no", field=field)


def _bad_uscc(sentence: str, field: str) -> BadInput:
    return BadInput(sentence, code="bad_input.uscc", field=field)


def _bad_phone(sentence: str, field: str) -> BadInput:
    return BadInput(sentence, code="bad_input.phone", field=field)
