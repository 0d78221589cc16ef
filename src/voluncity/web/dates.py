"""Moments in the words of the people: local date, weekday, span."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

WEEKDAYS = "一二三四五六日"


def day_text(moment: datetime) -> str:
    """Return the local day with its weekday; the year only when it is not this year."""
    return _day_text(moment, timezone.localtime().year)


def span_text(start: datetime, end: datetime | None) -> str:
    """Return a span: one day is named once, a span over midnight names both."""
    return _span_text(start, end, timezone.localtime().year)


def span_html(start: datetime, end: datetime | None) -> SafeString:
    """Return a span as <time> with the exact start for machines."""
    return _span_html(start, end, timezone.localtime().year)


@lru_cache(maxsize=2_000)
def _span_html(start: datetime, end: datetime | None, this_year: int) -> SafeString:
    return format_html(
        '<time datetime="{}">{}</time>',
        timezone.localtime(start).isoformat(),
        _span_text(start, end, this_year),
    )


def _span_text(start: datetime, end: datetime | None, this_year: int) -> str:
    text = f"{_day_text(start, this_year)} {timezone.localtime(start):%H:%M}"
    if end is None:
        return text
    first, last = timezone.localtime(start), timezone.localtime(end)
    if first.date() == last.date():
        return f"{text}–{last:%H:%M}"
    return f"{text} 至 {_day_text(end, this_year)} {last:%H:%M}"


def _day_text(moment: datetime, this_year: int) -> str:
    local = timezone.localtime(moment)
    year = "" if local.year == this_year else f"{local.year}年"
    return f"{year}{local.month}月{local.day}日 周{WEEKDAYS[local.weekday()]}"


def leaf(start: datetime) -> dict[str, Any]:
    """Return month, day and weekday for a small calendar leaf."""
    local = timezone.localtime(start)
    return {"month": local.month, "day": local.day, "weekday": WEEKDAYS[local.weekday()]}
