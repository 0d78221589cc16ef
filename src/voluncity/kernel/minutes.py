"""Service time: whole minutes inside, hours for people (Order 67 of 2020, article 7)."""

from __future__ import annotations

from datetime import datetime, timedelta


def hours_text(minutes: int) -> str:
    """Return the time in words: “2 小时 30 分”, “3 小时”, “45 分钟”."""
    if minutes < 0:
        return f"-{hours_text(-minutes)}"
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} 分钟"
    return f"{hours} 小时 {rest} 分" if rest else f"{hours} 小时"


def hours_decimal(minutes: int) -> str:
    """Return the time in hours with one or two decimals: 150 → “2.5”, 20 → “0.33”."""
    sign = "-" if minutes < 0 else ""
    # Nearest hundredth of an hour; a minute is 5/3 of one, so nothing lies halfway.
    hundredths = (abs(minutes) * 100 + 30) // 60
    hours, decimals = divmod(hundredths, 100)
    return f"{sign}{hours}.{decimals:02}".removesuffix("0")


def overlap_minutes(a_start: datetime, a_end: datetime, b_start: datetime, b_end: datetime) -> int:
    """Return how many full minutes two spans share."""
    shared = min(a_end, b_end) - max(a_start, b_start)
    return max(0, shared // timedelta(minutes=1))
