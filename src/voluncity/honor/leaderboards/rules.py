"""Periods of a board, places with ties, and what makes a candidate for star of the month."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from voluncity.kernel.refusals import BadInput
from voluncity.kernel.text import clean

ALL_TIME = ""
FIRST_YEAR = 2010
_PERIOD = re.compile(r"\d{4}(-(0[1-9]|1[0-2]))?", re.ASCII)
_YEAR_LENGTH = 4


def month_of(day: date) -> str:
    """Return the month of a day as a period: 2026-11."""
    return f"{day:%Y-%m}"


def periods_of(day: date) -> tuple[str, str, str]:
    """Return all periods to which a day belongs: its month, its year, all time."""
    return month_of(day), f"{day:%Y}", ALL_TIME


def period(value: str, *, today: date) -> str:
    """Return the period that an address asks for: this month where it says nothing sensible."""
    if value == "all":
        return ALL_TIME
    is_one = bool(_PERIOD.fullmatch(value)) and f"{FIRST_YEAR}" <= value <= month_of(today)
    return value if is_one else month_of(today)


def is_year(value: str) -> bool:
    """Return whether a period is a year."""
    return len(value) == _YEAR_LENGTH


def period_text(value: str) -> str:
    """Return a period in words: 2026年11月, 2026年, 累计."""
    if value == ALL_TIME:
        return "累计"
    if is_year(value):
        return f"{value}年"
    return f"{value[:4]}年{int(value[5:])}月"


def first_and_next(value: str) -> tuple[date, date]:
    """Return the first day of a period, and the first one after it.

    :raises ValueError: for all time, which has none.
    """
    year, _, month = value.partition("-")
    if not month:
        return date(int(year), 1, 1), date(int(year) + 1, 1, 1)
    number = int(month)
    start = date(int(year), number, 1)
    return start, date(int(year) + number // 12, number % 12 + 1, 1)


def months_between(first: date, last: date) -> list[str]:
    """Return all months from one day to another, the oldest first."""
    numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [f"{number // 12}-{number % 12 + 1:02d}" for number in numbers]


def month_before(month: str, back: int) -> str:
    """Return the month so many months earlier."""
    number = int(month[:4]) * 12 + int(month[5:]) - 1 - back
    return f"{number // 12}-{number % 12 + 1:02d}"


def ranks(amounts: Sequence[int], *, first: int = 1) -> list[int]:
    """Return the place of each amount, highest first; equal ones share a place."""
    found: list[int] = []
    for number, amount in enumerate(amounts):
        is_tie = number > 0 and amounts[number - 1] == amount
        found.append(found[-1] if is_tie else first + number)
    return found


@dataclass(frozen=True)
class StarRule:
    """What a candidate of a month must bring, and how many stars each county has."""

    least_minutes: int
    least_services: int
    months_off: int
    per_county: int


@dataclass(frozen=True)
class Deed:
    """What one person did in a month."""

    volunteer_id: int
    county_id: int
    proven_minutes: int
    services: int


def candidates(
    deeds: Iterable[Deed], rule: StarRule, *, barred: Collection[int], most: int
) -> list[Deed]:
    """Return who may become a star: the most minutes first, so many in each county.

    Who is barred is left out before places are given away.
    """
    able = [
        one
        for one in deeds
        if one.proven_minutes >= rule.least_minutes
        and one.services >= rule.least_services
        and one.volunteer_id not in barred
    ]
    able.sort(key=lambda one: (-one.proven_minutes, -one.services, one.volunteer_id))
    taken: dict[int, int] = {}
    found = []
    for one in able:
        taken[one.county_id] = taken.get(one.county_id, 0) + 1
        if taken[one.county_id] <= most:
            found.append(one)
    return found


def star_month(value: str, *, today: date) -> str:
    """Return a month whose stars are chosen: this one or an earlier one.

    :raises BadInput: when it is none.
    """
    is_month = bool(_PERIOD.fullmatch(value)) and not is_year(value)
    if not is_month or not f"{FIRST_YEAR}" <= value <= month_of(today):
        raise BadInput("请选择月份，不能是还没有到的月份。", field="month")
    return value


def words(value: str, *, most: int, field: str, label: str, is_needed: bool = False) -> str:
    """Return what was written, made clean.

    :raises BadInput: when it is too long, or missing where it is needed.
    """
    said = clean(value, max_length=most, field=field, multiline=True, label=label)
    if is_needed and not said:
        raise BadInput(f"请写{label}。", field=field)
    return said
