from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voluncity.kernel.workdays import Calendar

NATIONAL_DAY = Calendar(
    off=frozenset(date(2026, 10, day) for day in range(1, 8)), on=frozenset({date(2026, 10, 10)})
)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 10, 1), False),
        (date(2026, 10, 8), True),
        (date(2026, 10, 10), True),
        (date(2026, 10, 11), False),
        (date(2026, 10, 17), False),
        (date(2026, 10, 19), True),
    ],
)
def test_calendar_moves_the_plain_week(day: date, works: bool) -> None:
    assert NATIONAL_DAY.is_workday(day) is works


def test_days_are_counted_after_the_start() -> None:
    assert NATIONAL_DAY.add_workdays(date(2026, 9, 30), 3) == date(2026, 10, 10)
    assert NATIONAL_DAY.add_workdays(date(2026, 10, 3), 1) == date(2026, 10, 8)
    assert NATIONAL_DAY.add_workdays(date(2026, 10, 3), 0) == date(2026, 10, 3)


def test_no_working_day_lies_between_a_day_and_an_earlier_one() -> None:
    assert NATIONAL_DAY.workdays_between(date(2026, 10, 9), date(2026, 9, 1)) == 0
    assert NATIONAL_DAY.workdays_between(date(2026, 10, 9), date(2026, 10, 9)) == 0


@given(st.dates(date(2026, 9, 1), date(2026, 11, 1)), st.integers(1, 40))
def test_counting_back_gives_what_was_added(start: date, n: int) -> None:
    end = NATIONAL_DAY.add_workdays(start, n)
    assert NATIONAL_DAY.is_workday(end)
    assert NATIONAL_DAY.workdays_between(start, end) == n
