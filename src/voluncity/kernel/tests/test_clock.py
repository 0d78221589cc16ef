from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voluncity.kernel.clock import (
    date_text,
    day_bounds,
    day_text,
    local_date,
    span_text,
    weekday_text,
)

TUESDAY = date(2026, 11, 24)


def _at(day: int, hour: int, minute: int = 0) -> datetime:
    """Return a moment of November 2026 in the city."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


def test_day_begins_at_midnight_of_the_city() -> None:
    assert local_date(datetime(2026, 11, 23, 15, 59, tzinfo=UTC)) == date(2026, 11, 23)
    assert local_date(datetime(2026, 11, 23, 16, 0, tzinfo=UTC)) == TUESDAY
    assert day_bounds(TUESDAY) == (
        datetime(2026, 11, 23, 16, tzinfo=UTC),
        datetime(2026, 11, 24, 16, tzinfo=UTC),
    )


@given(st.datetimes(datetime(1992, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 -- the strategy adds the zone
def test_every_instant_lies_within_its_day(instant: datetime) -> None:
    start, end = day_bounds(local_date(instant))
    assert start <= instant < end


@pytest.mark.parametrize("day", [date.min, date.max])
def test_days_at_the_ends_of_the_calendar_have_bounds(day: date) -> None:
    start, end = day_bounds(day)
    assert end - start == timedelta(days=1)


def test_weekdays_have_names() -> None:
    names = [weekday_text(date(2026, 11, day)) for day in range(23, 30)]
    assert names == ["周一", "周二", "周三", "周四", "周五", "周六", "周日"]


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (TUESDAY, "今天"),
        (date(2026, 11, 25), "明天"),
        (date(2026, 11, 26), "11月26日 周四"),
        (date(2026, 11, 23), "11月23日 周一"),
        (date(2027, 1, 3), "2027年1月3日 周日"),
    ],
)
def test_days_are_said_as_people_say_them(day: date, text: str) -> None:
    assert day_text(day, TUESDAY) == text


def test_a_public_text_writes_a_day_without_leading_zeros() -> None:
    assert date_text(date(2027, 3, 1)) == "2027年3月1日"


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        (_at(24, 14), _at(24, 16), "11月24日 周二 14:00–16:00"),
        (_at(24, 8, 5), _at(24, 9, 30), "11月24日 周二 08:05–09:30"),
        (_at(24, 22), _at(25, 0), "11月24日 周二 22:00–24:00"),
        (_at(24, 22), _at(25, 2), "11月24日 周二 22:00 – 11月25日 周三 02:00"),
        (_at(24, 22), _at(26, 0), "11月24日 周二 22:00 – 11月26日 周四 00:00"),
    ],
)
def test_spans_of_time_are_said_in_local_time(start: datetime, end: datetime, text: str) -> None:
    assert span_text(start, end) == text


def test_instant_without_zone_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="time zone"):
        local_date(datetime(2026, 11, 24))  # noqa: DTZ001 -- the point of the test
