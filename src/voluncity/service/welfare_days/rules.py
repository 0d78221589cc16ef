"""When a public-welfare day is held."""

from __future__ import annotations

from datetime import date, timedelta

from voluncity.kernel.clock import weekday_text
from voluncity.kernel.workdays import Calendar

SATURDAY = 5
THEME_MOST, WORDS_MOST, REASON_MOST = 40, 2000, 200
FIRST_YEAR, LAST_YEAR = 2017, 2100  # the first days were held in 2017 (seed PY)
_DAY = timedelta(days=1)


def last_saturday(year: int, month: int) -> date:
    """Return the last Saturday of a month (seed PY)."""
    day = date(year + month // 12, month % 12 + 1, 1) - _DAY
    return day - timedelta(days=(day.weekday() - SATURDAY) % 7)


def suggested(base: date, calendar: Calendar) -> tuple[date, str]:
    """Return when the day should be held, and why if not on its Saturday.

    A Saturday on which offices work to make up for a holiday gives way to the nearest day of the
    same month that is free; of two as near the later one.
    """
    if not calendar.is_workday(base):
        return base, ""
    near = (base + _DAY * steps for far in range(1, 29) for steps in (far, -far))
    free = (day for day in near if day.month == base.month and not calendar.is_workday(day))
    day = next(free, base)
    told = f"{base.month}月{base.day}日（{weekday_text(base)}）是调休上班日"
    return day, f"{told}，建议改到{day.month}月{day.day}日（{weekday_text(day)}）。"


def window(base: date, held: date, *, around: int) -> tuple[date, date]:
    """Return the first and the last day of activities that may belong to a day."""
    return min(base, held) - _DAY * around, max(base, held) + _DAY * around
