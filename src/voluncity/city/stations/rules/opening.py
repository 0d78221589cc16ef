"""Opening hours: as people write them, and what they mean at an instant."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from voluncity.kernel.clock import CITY_TZ, local_date
from voluncity.kernel.refusals import BadInput
from voluncity.kernel.text import clean
from voluncity.kernel.workdays import Calendar

WEEK = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
HOUR, DAY = 60, 24 * 60
MOST_SPANS = 3
AHEAD = 14  # days in which the next opening is looked for
_CLOSED = {"", "休息", "不开放", "关闭", "无", "-", "—"}
_ALL_DAY = {"全天", "24小时", "全天开放"}
_SAME = {"同上", "〃", "同"}
_TIME = r"(\d{1,2})(?:[:：点时.](\d{2}|半)?分?)?"
_SPAN = re.compile(rf"{_TIME}(?:-{{1,2}}|[–—―－~～至到])+{_TIME}")
_BETWEEN = re.compile(r"[,，、;；/和\s]*")


@dataclass(frozen=True, order=True)
class Span:
    """A span of one day, in minutes after midnight."""

    opens: int
    closes: int

    @property
    def text(self) -> str:
        """Return “8:30–12:00”."""
        return f"{clock_text(self.opens)}–{clock_text(self.closes)}"


Spans = tuple[Span, ...]
Week = tuple[Spans, ...]


@dataclass(frozen=True)
class Special:
    """A day that is not like its weekday; without spans the station is closed."""

    spans: Spans
    reason: str


@dataclass(frozen=True)
class Hours:
    """When one station is open."""

    week: Mapping[int, Spans] = field(default_factory=dict)
    specials: Mapping[date, Special] = field(default_factory=dict)
    closed_on_holidays: bool = False

    @property
    def is_known(self) -> bool:
        """Return whether any hours are set."""
        return any(self.week.values())

    def on(self, day: date, calendar: Calendar) -> Special:
        """Return the spans of a day, and why they differ from its weekday's where they do.

        A holiday closes those stations that keep holidays; on a make-up working day they are
        open as on a Monday where they would be closed.
        """
        if day in self.specials:
            return self.specials[day]
        spans = self.week.get(day.weekday(), ())
        if not self.closed_on_holidays:
            return Special(spans, "")
        if day in calendar.off:
            return Special((), "法定节假日休息")
        if day in calendar.on and not spans:
            return Special(self.week.get(0, ()), "调休上班日")
        return Special(spans, "")


@dataclass(frozen=True)
class Status:
    """Whether a station is open at an instant, in words."""

    is_open: bool
    text: str


def clock_text(minutes: int) -> str:
    """Return minutes after midnight as “8:30”."""
    return f"{minutes // HOUR}:{minutes % HOUR:02d}"


def parse_spans(text: str, *, day: str, field: str) -> Spans:
    """Return the spans that somebody wrote for a day: “8:30-12:00，14:00-17:30”.

    :raises BadInput: when they cannot be understood, overlap, or are more than three.
    """
    words = clean(text).replace("：", ":")
    if words in _CLOSED:
        return ()
    if words in _ALL_DAY:
        return (Span(0, DAY),)
    found = list(_SPAN.finditer(words))
    rest = _SPAN.sub("", words)
    if not found or not _BETWEEN.fullmatch(rest):
        raise BadInput(
            f"{day}的时间看不明白，请写成“8:30-12:00，14:00-17:30”，不开放就留空。", field=field
        )
    spans = tuple(sorted(_span(match.groups(), day, field) for match in found))
    if len(spans) > MOST_SPANS:
        raise BadInput(f"{day}最多填 {MOST_SPANS} 段时间。", field=field)
    if any(first.closes > second.opens for first, second in itertools.pairwise(spans)):
        raise BadInput(f"{day}的几段时间重叠了，请核对。", field=field)
    return spans


def _span(parts: Sequence[str | None], day: str, field: str) -> Span:
    opens, closes = _minutes(parts[0], parts[1]), _minutes(parts[2], parts[3])
    if opens is None or closes is None:
        raise BadInput(f"{day}有不存在的钟点，请核对。", field=field)
    if closes <= opens:
        raise BadInput(
            f"{day}的结束时间应晚于开始时间；过夜的请分成两天填写，如“20:00-24:00”。", field=field
        )
    return Span(opens, closes)


def _minutes(hour: str | None, minute: str | None) -> int | None:
    minutes = 30 if minute == "半" else int(minute or 0)
    total = int(hour or 0) * HOUR + minutes
    return total if minutes < HOUR and total <= DAY else None


def parse_week(texts: Sequence[str]) -> Week:
    """Return the spans of seven days; “同上” repeats the day before.

    :raises BadInput: at the day that is wrong, or when no day is open.
    """
    week: list[Spans] = []
    for number, text in enumerate(texts):
        if week and clean(text) in _SAME:
            week.append(week[-1])
        else:
            week.append(parse_spans(text, day=WEEK[number], field=f"day_{number}"))
    if not any(week):
        raise BadInput("请至少填写一天的开放时间。", field="day_0")
    return tuple(week)


def spans_text(spans: Iterable[Span]) -> str:
    """Return spans as people read them: “8:30–12:00、14:00–17:30”, “全天”, “不开放”."""
    listed = list(spans)
    if listed == [Span(0, DAY)]:
        return "全天"
    return "、".join(span.text for span in listed) or "不开放"


def week_lines(week: Mapping[int, Spans]) -> list[tuple[str, str]]:
    """Return (days, hours) with neighboring days of the same hours in one line."""
    lines: list[tuple[str, str]] = []
    first = 0
    for day in range(len(WEEK)):
        is_last = day + 1 == len(WEEK)
        if is_last or week.get(day + 1, ()) != week.get(first, ()):
            lines.append((_days(first, day), spans_text(week.get(first, ()))))
            first = day + 1
    return lines


def _days(first: int, last: int) -> str:
    if (first, last) == (0, len(WEEK) - 1):
        return "每天"
    if first == last:
        return WEEK[first]
    return f"{WEEK[first]}{'、' if last == first + 1 else '至'}{WEEK[last]}"


def week_text(week: Mapping[int, Spans]) -> str:
    """Return the open days of a week in one line: “周一至周五 8:30–17:30”."""
    return "；".join(f"{days} {text}" for days, text in week_lines(week) if text != "不开放")


def status(hours: Hours, *, at: datetime, calendar: Calendar) -> Status | None:
    """Say whether a station is open, and when it closes or opens next; None where unknown."""
    if not hours.is_known:
        return None
    today, now = local_date(at), _minute_of_day(at)
    for span in hours.on(today, calendar).spans:
        if span.opens <= now < span.closes:
            ends = "" if span.closes == DAY else f"，{clock_text(span.closes)} 结束"
            return Status(is_open=True, text=f"现在开放{ends}")
    next_one = _next_opening(hours, today, now, calendar)
    return Status(is_open=False, text=f"现在不开放{next_one}")


def _next_opening(hours: Hours, today: date, now: int, calendar: Calendar) -> str:
    for ahead in range(AHEAD):
        day = today + timedelta(days=ahead)
        later = [s for s in hours.on(day, calendar).spans if ahead or s.opens > now]
        if later:
            return f"，{_day_name(day, ahead)} {clock_text(later[0].opens)} 开放"
    return ""


def _day_name(day: date, ahead: int) -> str:
    near = ("今天", "明天")
    return near[ahead] if ahead < len(near) else f"{day.month}月{day.day}日{WEEK[day.weekday()]}"


def _minute_of_day(at: datetime) -> int:
    local = at.astimezone(CITY_TZ)
    return local.hour * HOUR + local.minute
