"""Opening hours as people write them, and what they mean at an instant."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from voluncity.city.stations.rules import (
    Hours,
    Span,
    Special,
    Status,
    parse_spans,
    parse_week,
    status,
    week_lines,
    week_text,
)
from voluncity.kernel.refusals import BadInput
from voluncity.kernel.workdays import Calendar

MORNING, AFTERNOON = Span(510, 720), Span(840, 1050)
HALF_DAYS = (MORNING, AFTERNOON)


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("8:30-12:00，14:00-17:30", HALF_DAYS),
        ("８：３０—１２：００ １４：００～１７：３０", HALF_DAYS),
        ("14点-17点半、8点半至12点", HALF_DAYS),
        ("8:30到12:00；14:00到17:30", HALF_DAYS),
        ("9-17", (Span(540, 1020),)),
        ("20:00-24:00", (Span(1200, 1440),)),
        ("24小时", (Span(0, 1440),)),
        ("全天", (Span(0, 1440),)),
        ("", ()),
        (" 休息 ", ()),
    ],
)
def test_hours_are_read_as_people_write_them(text: str, spans: tuple[Span, ...]) -> None:
    assert parse_spans(text, day="周一", field="day_0") == spans


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("上午", "周一的时间看不明白"),
        ("9:00", "周一的时间看不明白"),
        ("9-12 🎉", "周一的时间看不明白"),
        ("9:00-12:00 电话预约", "周一的时间看不明白"),
        ("8:70-9:00", "周一有不存在的钟点"),
        ("9:00-25:00", "周一有不存在的钟点"),
        ("17:00-9:00", "周一的结束时间应晚于开始时间"),
        ("9:00-9:00", "周一的结束时间应晚于开始时间"),
        ("9:00-12:00 11:00-13:00", "周一的几段时间重叠了"),
        ("1-2 3-4 5-6 7-8", "周一最多填 3 段时间"),
    ],
)
def test_hours_that_cannot_be_are_refused(text: str, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence) as refused:
        parse_spans(text, day="周一", field="day_0")
    assert refused.value.field == "day_0"


def test_a_week_says_the_same_once() -> None:
    week = parse_week(["8:30-12:00，14:00-17:30", "同上", "同上", "同上", "同上", "9-12", ""])
    by_day = dict(enumerate(week))
    assert week_lines(by_day) == [
        ("周一至周五", "8:30–12:00、14:00–17:30"),
        ("周六", "9:00–12:00"),
        ("周日", "不开放"),
    ]
    assert week_text(by_day) == "周一至周五 8:30–12:00、14:00–17:30；周六 9:00–12:00"
    assert week_lines(dict.fromkeys(range(7), (Span(0, 1440),))) == [("每天", "全天")]


def test_a_week_without_an_open_day_is_refused() -> None:
    with pytest.raises(BadInput, match="至少填写一天"):
        parse_week([""] * 7)


# In November 2026 the 23rd is a Monday; the 28th a Saturday.
WORKING = Hours(dict.fromkeys(range(5), HALF_DAYS), closed_on_holidays=True)
HOLIDAY, MAKE_UP = date(2026, 11, 24), date(2026, 11, 28)
CALENDAR = Calendar(off=frozenset({HOLIDAY}), on=frozenset({MAKE_UP}))


def _at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour - 8, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "is_open", "text"),
    [
        (_at(23, 8, 29), False, "现在不开放，今天 8:30 开放"),
        (_at(23, 8, 30), True, "现在开放，12:00 结束"),
        (_at(23, 12), False, "现在不开放，今天 14:00 开放"),
        (_at(23, 17, 30), False, "现在不开放，11月25日周三 8:30 开放"),
        (_at(24, 10), False, "现在不开放，明天 8:30 开放"),
        (_at(28, 10), True, "现在开放，12:00 结束"),
        (_at(29, 10), False, "现在不开放，明天 8:30 开放"),
    ],
)
def test_open_now_knows_breaks_holidays_and_make_up_days(
    at: datetime, is_open: bool, text: str
) -> None:
    assert status(WORKING, at=at, calendar=CALENDAR) == Status(is_open, text)


def test_a_special_day_goes_before_its_weekday_and_the_calendar() -> None:
    fair = Hours(
        WORKING.week,
        {HOLIDAY: Special((Span(540, 600),), "赶集"), date(2026, 11, 25): Special((), "演练")},
        closed_on_holidays=True,
    )
    assert status(fair, at=_at(24, 9), calendar=CALENDAR) == Status(
        is_open=True, text="现在开放，10:00 结束"
    )
    assert status(fair, at=_at(25, 9), calendar=CALENDAR) == Status(
        is_open=False, text="现在不开放，明天 8:30 开放"
    )


def test_who_does_not_keep_holidays_is_open_on_them() -> None:
    always = Hours(WORKING.week)
    found = status(always, at=_at(24, 9), calendar=CALENDAR)
    assert found is not None
    assert found.is_open


def test_nothing_is_said_where_no_hours_are_known() -> None:
    assert status(Hours(), at=_at(23, 9), calendar=CALENDAR) is None
