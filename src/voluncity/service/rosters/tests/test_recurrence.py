"""On which days a time is held."""

from __future__ import annotations

from datetime import date

import pytest

from voluncity.kernel.refusals import BadInput
from voluncity.kernel.workdays import Calendar
from voluncity.service.rosters.rules.recurrence import (
    EVERY_DAY,
    Recurrence,
    checked_rule,
    rule_words,
    weekly,
)
from voluncity.service.rosters.states import Days

# The National Day of 2026 as the State Council arranged it: off 1–7 October, work on 20
# September and 10 October.
CALENDAR = Calendar(
    off=frozenset(date(2026, 10, n) for n in range(1, 8)),
    on=frozenset({date(2026, 9, 20), date(2026, 10, 10)}),
)
SINCE = date(2026, 1, 1)


def days(one: Recurrence, first: date, last: date) -> list[int]:
    return [day.day for day in one.between(first, last, CALENDAR)]


def test_working_days_follow_the_calendar_with_its_make_up_saturday() -> None:
    peak = Recurrence(EVERY_DAY, SINCE, days=Days.WORKDAYS)
    assert days(peak, date(2026, 9, 28), date(2026, 10, 12)) == [28, 29, 30, 8, 9, 10, 12]


def test_monday_to_friday_means_the_weekdays_whatever_the_calendar_says() -> None:
    plain = Recurrence(weekly(range(5)), SINCE)
    assert days(plain, date(2026, 10, 5), date(2026, 10, 11)) == [5, 6, 7, 8, 9]


def test_days_off_are_weekends_and_holidays() -> None:
    off = Recurrence(EVERY_DAY, SINCE, days=Days.DAYS_OFF)
    assert days(off, date(2026, 10, 5), date(2026, 10, 11)) == [5, 6, 7, 11]


def test_single_days_win_over_rule_and_calendar() -> None:
    one = Recurrence(
        EVERY_DAY, SINCE, days=Days.WORKDAYS,
        specials={date(2026, 10, 6): True, date(2026, 10, 8): False},
    )  # fmt: skip
    assert days(one, date(2026, 10, 5), date(2026, 10, 9)) == [6, 9]


def test_every_second_week_counts_from_its_first_day() -> None:
    one = Recurrence(weekly([0], every=2), date(2026, 11, 2))
    assert days(one, date(2026, 11, 1), date(2026, 11, 30)) == [2, 16, 30]


def test_nothing_before_the_first_day_or_after_the_last() -> None:
    one = Recurrence(EVERY_DAY, date(2026, 11, 10), until=date(2026, 11, 12))
    assert days(one, date(2026, 11, 1), date(2026, 11, 30)) == [10, 11, 12]
    assert days(one, date(2026, 11, 13), date(2026, 11, 30)) == []


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("RRULE:freq=weekly; byday=mo,tu", "FREQ=WEEKLY;BYDAY=MO,TU"),
        ("FREQ=MONTHLY;BYDAY=-1SA", "FREQ=MONTHLY;BYDAY=-1SA"),
    ],
)
def test_a_rule_is_kept_in_one_form(typed: str, kept: str) -> None:
    assert checked_rule(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "", "每天", "FREQ=SECONDLY", "FREQ=DAILY;BYHOUR=3", "FREQ=DAILY;FREQ=WEEKLY",
        "FREQ=WEEKLY;BYDAY=XX", "FREQ=DAILY;INTERVAL=0x1", "FREQ=DAILY;INTERVAL=99999",
        "FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;INTERVAL=-1", "FREQ=DAILY;COUNT=0",
        "FREQ=DAILY\nDTSTART:20260101", "FREQ=DAILY;" * 40, "ＦＲＥＱ＝ＤＡＩＬＹ",
        "FREQ=DAILY;X=😀",
    ],
)  # fmt: skip
def test_what_is_no_rule_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(BadInput) as refused:
        checked_rule(typed)
    assert "FREQ=WEEKLY" in refused.value.sentence


def test_rules_are_said_in_words() -> None:
    assert rule_words(EVERY_DAY, Days.WORKDAYS) == "每个工作日（含调休上班）"
    assert rule_words(weekly(range(2)), Days.ALL) == "每周一、周二"
    assert rule_words(weekly([5], every=2), Days.ALL) == "每 2 周的周六"
    assert rule_words("FREQ=MONTHLY;BYDAY=-1SA", Days.ALL) == "按规则 BYDAY=-1SA"
