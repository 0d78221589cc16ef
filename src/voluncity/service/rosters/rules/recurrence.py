"""On which days a time is held: an RFC 5545 rule, the city's working days, single exceptions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, cast

from dateutil.rrule import rrule, rrulestr

from voluncity.kernel.clock import CITY_TZ, weekday_name
from voluncity.kernel.refusals import BadInput
from voluncity.kernel.workdays import Calendar
from voluncity.service.rosters.states import Days

LONGEST_RULE = 200
_PARTS = {
    "FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST",
}  # fmt: skip
_FREQUENCIES = {"DAILY": "天", "WEEKLY": "周", "MONTHLY": "个月"}
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_PART = re.compile(r"[A-Z]+=[A-Z0-9,+\-]+", re.ASCII)
EVERY_DAY = "FREQ=DAILY"


@dataclass(frozen=True)
class Recurrence:
    """When a time is held; `specials` say yes or no for single days, against everything else."""

    rule: str
    since: date
    until: date | None = None
    days: str = Days.ALL
    specials: Mapping[date, bool] = field(default_factory=dict)

    def between(self, first: date, last: date, calendar: Calendar) -> list[date]:
        """Return the days from `first` to `last` on which it is held, in order."""
        named = set(self._of_rule(first, last))
        held = {day for day in named if self._counts(day, calendar)}
        for day, is_on in self.specials.items():
            if first <= day <= last:
                (held.add if is_on else held.discard)(day)
        return sorted(held)

    def _of_rule(self, first: date, last: date) -> Iterable[date]:
        end = min(last, self.until) if self.until else last
        if end < self.since:
            return []
        begin = datetime.combine(max(first, self.since), time())
        found = _parsed(self.rule, self.since).between(
            begin, datetime.combine(end, time()), inc=True
        )
        return [moment.date() for moment in found]

    def _counts(self, day: date, calendar: Calendar) -> bool:
        if self.days == Days.ALL:
            return True
        return calendar.is_workday(day) == (self.days == Days.WORKDAYS)


def weekly(weekdays: Iterable[int], *, every: int = 1) -> str:
    """Return the rule for some weekdays (Monday is 0) of every n-th week."""
    names = ",".join(_WEEKDAYS[day] for day in sorted(set(weekdays)))
    interval = f";INTERVAL={every}" if every > 1 else ""
    return f"FREQ=WEEKLY{interval};BYDAY={names}"


def checked_rule(text: str) -> str:
    """Return a recurrence rule as it is stored.

    :raises BadInput: when it is no rule of days, weeks or months (RFC 5545, 3.3.10).
    """
    rule = re.sub(r"\s", "", text).upper().removeprefix("RRULE:").rstrip(";")
    parts = rule.split(";")
    if len(rule) > LONGEST_RULE or not all(_PART.fullmatch(part) for part in parts):
        raise _wrong()
    values = dict(cast("tuple[str, str]", tuple(part.split("=", 1))) for part in parts)
    if values.keys() - _PARTS or len(values) != len(parts):
        raise _wrong()
    if values.get("FREQ") not in _FREQUENCIES:
        raise _wrong()
    counts = [values.get(key, "1") for key in ("INTERVAL", "COUNT")]
    if not all(one.isdecimal() and len(one) <= 4 and int(one) for one in counts):  # noqa: PLR2004
        raise _wrong()
    try:
        _parsed(rule, date(2026, 1, 1))
    except (ValueError, TypeError, OverflowError) as error:
        raise _wrong() from error
    return rule


def _wrong() -> BadInput:
    return BadInput(
        "重复规则写法不对，请按“FREQ=WEEKLY;BYDAY=MO,TU”的格式填写，或改选星期几。",
        code="rosters.rule", field="rule",
    )  # fmt: skip


def _parsed(rule: str, since: date) -> rrule:
    start: Any = datetime.combine(since, time())
    return cast("rrule", rrulestr(rule, dtstart=start))


def rule_words(rule: str, days: str) -> str:
    """Return a rule as people say it: 每周一、周二; what is rarer stays as it was written."""
    values = dict(part.split("=", 1) for part in rule.split(";"))
    if values.keys() - {"FREQ", "INTERVAL", "BYDAY", "WKST"}:
        said = f"按规则 {rule}"
    else:
        said = _plain_words(values)
    if days == Days.WORKDAYS:
        return "每个工作日（含调休上班）" if rule == EVERY_DAY else f"{said}，放假不排"
    return f"{said}，只在休息日" if days == Days.DAYS_OFF else said


def _plain_words(values: dict[str, str]) -> str:
    every = int(values.get("INTERVAL", "1"))
    unit = _FREQUENCIES[values["FREQ"]]
    names = values.get("BYDAY", "")
    if names and not set(names.split(",")) <= set(_WEEKDAYS):
        return f"按规则 BYDAY={names}"
    days = "、".join(weekday_name(_WEEKDAYS.index(name)) for name in names.split(",") if name)
    if every > 1:
        return f"每 {every} {unit}" + (f"的{days}" if days else "")
    if days:
        return f"每{days}"
    return "每天" if values["FREQ"] == "DAILY" else f"每{unit}"


def span(day: date, begins: time, minutes: int) -> tuple[datetime, datetime]:
    """Return start and end of a time on a day of the city."""
    start = datetime.combine(day, begins, CITY_TZ)
    return start, start + timedelta(minutes=minutes)


def monday_of(day: date) -> date:
    """Return the Monday of the day's week."""
    return day - timedelta(days=day.weekday())
