"""What a fund may be called, how many must come and agree, what a term is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256

from voluncity.fund.governance.models import Fund
from voluncity.fund.governance.states import DUTIES, Body, Duty, Share
from voluncity.kernel.identity import parse_uscc
from voluncity.kernel.refusals import BadInput
from voluncity.kernel.text import person_name, words

NAME_MOST, FOUNDATION_MOST, AIM_MOST, ADDRESS_MOST, PHONE_MOST = 40, 60, 300, 120, 30
PURPOSE_MOST, WHAT_MOST, TITLE_MOST, TEXT_MOST, PLACE_MOST = 30, 200, 80, 2000, 80
BODY_MOST, CHANGE_MOST, MINUTES_MOST, UNIT_MOST, REASON_MOST = 30_000, 300, 10_000, 60, 200
LICENSE_MOST = 40
ITEMS_MOST, PAPERS_MOST, PURPOSES_MOST = 30, 50, 30
FIRST_DAY, LAST_DAY = date(1980, 1, 1), date(2099, 12, 31)
# 基金会管理条例（2004）第二十条：a term is five years at most; it may be renewed.
TERM_MOST_YEARS = 5
WARN_DAYS = 60  # before a term or a license ends
# 民发〔2015〕241号: no such words, no Latin letters, no digits in the name of a special fund.
_TOO_GREAT = ("中国", "中华", "全国", "国际", "国家")
_LATIN_OR_DIGIT = re.compile(r"[A-Za-z0-9]")
_PHONE = re.compile(r"[0-9][0-9 \-转]{5,28}")


@dataclass(frozen=True)
class FundPlan:
    """What is said about a fund."""

    name: str
    foundation_name: str
    foundation_code: str
    license_number: str
    license_until: date | None
    region_id: int
    aim: str
    address: str
    phone: str
    founded_on: date


def mark(fund: Fund) -> str:
    """Return a mark of what is said about a fund: another one says that somebody changed it."""
    facts = [str(getattr(fund, name)) for name in FundPlan.__dataclass_fields__]
    return sha256("\n".join(facts).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class SeatPlan:
    """Who sits where for which term."""

    body: str
    duty: str
    person: str
    unit: str
    from_on: date
    until_on: date


@dataclass(frozen=True)
class Shares:
    """How many must come, how many must agree."""

    quorum: str
    majority: str
    important_majority: str


# 基金会管理条例（2004）第二十一条: while a fund has no charter of its own.
FOUNDING = Shares(Share.TWO_THIRDS, Share.HALF, Share.TWO_THIRDS)
_PARTS = {Share.HALF: (1, 2), Share.TWO_THIRDS: (2, 3), Share.THREE_QUARTERS: (3, 4)}


def reached(share: str, count: int, of: int) -> bool:
    """Return whether so many of so many are the share: more than half, two thirds or more …"""
    if of <= 0:
        return False
    if share == Share.ALL:
        return count == of
    part, whole = _PARTS[Share(share)]
    over, needed = count * whole, of * part
    return over > needed if share == Share.HALF else over >= needed


def least(share: str, of: int) -> int:
    """Return the smallest number of so many that is the share."""
    return next((count for count in range(of + 1) if reached(share, count, of)), of)


def fund_plan(plan: FundPlan) -> FundPlan:
    """Return what is said about a fund, as it is stored.

    :raises BadInput: at the field that is wrong.
    """
    license_number = words(
        plan.license_number, "license_number", "证书编号", LICENSE_MOST, wanted=False
    )
    if bool(license_number) != (plan.license_until is not None):
        raise BadInput(
            "公开募捐资格证书的编号和有效期请一起填写，没有证书就都不填。",
            field="license_until" if license_number else "license_number",
        )
    if plan.license_until:
        day(plan.license_until, "license_until")
    return FundPlan(
        name=fund_name(plan.name),
        foundation_name=words(
            plan.foundation_name, "foundation_name", "基金会全称", FOUNDATION_MOST
        ),
        foundation_code=parse_uscc(plan.foundation_code, "foundation_code"),
        license_number=license_number,
        license_until=plan.license_until,
        region_id=plan.region_id,
        aim=words(plan.aim, "aim", "宗旨", AIM_MOST),
        address=words(plan.address, "address", "办公地址", ADDRESS_MOST),
        phone=phone(plan.phone),
        founded_on=day(plan.founded_on, "founded_on"),
    )


def fund_name(value: str) -> str:
    """Return the name of a special fund without that of its foundation (民发〔2015〕241号).

    :raises BadInput: when it claims too much, or has letters or digits.
    """
    name = words(value, "name", "基金名称", NAME_MOST)
    if any(great in name for great in _TOO_GREAT):
        raise BadInput("专项基金的名称不能使用“中国”“中华”“全国”“国际”等字样。", field="name")
    if _LATIN_OR_DIGIT.search(name):
        raise BadInput("专项基金的名称不能使用字母和数字。", field="name")
    if not name.endswith("基金"):
        raise BadInput("专项基金的名称请以“基金”结尾。", field="name")
    return name


def phone(value: str) -> str:
    """Return a public telephone number.

    :raises BadInput: when it is none.
    """
    said = words(value, "phone", "联系电话", PHONE_MOST)
    if not _PHONE.fullmatch(said):
        raise BadInput("联系电话请填写号码，例如 0351-4567890。", field="phone")
    return said


def day(value: date, field: str) -> date:
    """Return a day that a fund can speak of.

    :raises BadInput: when it lies too far away.
    """
    if not FIRST_DAY <= value <= LAST_DAY:
        raise BadInput("日期太早或太晚，请核对年份。", field=field)
    return value


def seat_plan(plan: SeatPlan) -> SeatPlan:
    """Return who sits where, as it is stored.

    :raises BadInput: at the field that is wrong.
    """
    if plan.body not in Body.values or plan.duty not in DUTIES[Body(plan.body)]:
        raise BadInput("请选择这个机构里的职务。", field="duty")
    from_on, until_on = day(plan.from_on, "from_on"), day(plan.until_on, "until_on")
    if until_on <= from_on:
        raise BadInput("任期结束应晚于开始。", field="until_on")
    if until_on > years_later(from_on, TERM_MOST_YEARS):
        raise BadInput(f"一届任期最长 {TERM_MOST_YEARS} 年，期满可以连任。", field="until_on")
    return SeatPlan(
        plan.body, plan.duty, person_name(plan.person, "person"),
        words(plan.unit, "unit", "单位和职务", UNIT_MOST, wanted=False), from_on, until_on,
    )  # fmt: skip


def years_later(start: date, years: int) -> date:
    """Return the same day so many years later; the 29th of February becomes the 28th."""
    try:
        return start.replace(year=start.year + years)
    except ValueError:
        return start.replace(year=start.year + years, day=28)


def ends_soon(end: date | None, *, today: date) -> bool:
    """Return whether something ends within the days of the warning, or has ended."""
    return end is not None and end <= today + timedelta(days=WARN_DAYS)


def duty_order(duty: str) -> int:
    """Return the order in which people are named: heads first."""
    return list(Duty).index(Duty(duty))
