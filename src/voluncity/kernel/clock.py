"""Instants are kept in UTC; days are days of the city."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

CITY_TZ = ZoneInfo("Asia/Shanghai")

_WEEKDAYS = "一二三四五六日"
_DAY = timedelta(days=1)


def local_date(instant: datetime) -> date:
    """Return the city's date at this instant."""
    return _local(instant).date()


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """Return the UTC instants at which the city's day starts and the next one starts.

    The first and the last day of the calendar have no such instants; their neighbors stand in.
    """
    day = min(max(day, date.min + _DAY), date.max - _DAY)
    start = datetime.combine(day, time(), CITY_TZ)
    end = datetime.combine(day + _DAY, time(), CITY_TZ)
    return start.astimezone(UTC), end.astimezone(UTC)


def weekday_text(day: date) -> str:
    """Return the day of the week: 周二."""
    return weekday_name(day.weekday())


def weekday_name(number: int) -> str:
    """Return the name of a weekday; Monday is 0."""
    return f"周{_WEEKDAYS[number]}"


def day_text(day: date, today: date) -> str:
    """Return a day as people say it: 今天, 明天, 11月24日 周二; the year only if it is another."""
    if day == today:
        return "今天"
    if day == today + timedelta(days=1):
        return "明天"
    year = "" if day.year == today.year else f"{day.year}年"
    return f"{year}{_month_day(day)}"


def date_text(day: date) -> str:
    """Return a day as papers and public texts write it: 2027年3月1日."""
    return f"{day.year}年{day.month}月{day.day}日"


def span_text(start: datetime, end: datetime) -> str:
    """Return a span of time: 11月24日 周二 14:00–16:00; a night ends on the day it ends."""
    begin, finish = _local(start), _local(end)
    from_text = f"{_month_day(begin.date())} {begin:%H:%M}"
    if begin.date() == finish.date():
        return f"{from_text}–{finish:%H:%M}"
    if finish.time() == time() and finish.date() == begin.date() + timedelta(days=1):
        return f"{from_text}–24:00"
    return f"{from_text} – {_month_day(finish.date())} {finish:%H:%M}"


def minute_text(end: datetime) -> str:
    """Return the last minute that counts before an instant: 2026年12月31日 17:00."""
    return f"{_local(end - timedelta(minutes=1)):%Y年%m月%d日 %H:%M}"


def stamp_text(instant: datetime | None) -> str:
    """Return an instant as lists show it: 2026-11-24 14:05; nothing for none."""
    return f"{_local(instant):%Y-%m-%d %H:%M}" if instant else ""


def _month_day(day: date) -> str:
    return f"{day.month}月{day.day}日 {weekday_text(day)}"


def _local(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("An instant needs a time zone.")
    return instant.astimezone(CITY_TZ)
