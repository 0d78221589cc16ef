from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voluncity.kernel.minutes import hours_decimal, hours_text, overlap_minutes

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("minutes", "text"),
    [
        (0, "0 分钟"),
        (45, "45 分钟"),
        (60, "1 小时"),
        (150, "2 小时 30 分"),
        (180, "3 小时"),
        (6000, "100 小时"),
        (-90, "-1 小时 30 分"),
    ],
)
def test_hours_are_said_in_words(minutes: int, text: str) -> None:
    assert hours_text(minutes) == text


@pytest.mark.parametrize(
    ("minutes", "text"),
    [
        (0, "0.0"), (1, "0.02"), (20, "0.33"), (40, "0.67"), (45, "0.75"), (60, "1.0"),
        (150, "2.5"), (600, "10.0"), (5999, "99.98"), (-90, "-1.5"),
    ],
)  # fmt: skip
def test_hours_have_one_or_two_decimals(minutes: int, text: str) -> None:
    assert hours_decimal(minutes) == text


@given(st.integers(-10_000_000, 10_000_000))
def test_printed_hours_are_the_nearest_hundredth(minutes: int) -> None:
    assert abs(Fraction(hours_decimal(minutes)) - Fraction(minutes, 60)) < Fraction(1, 200)


@pytest.mark.parametrize(
    ("b_start", "b_end", "shared"),
    [(0, 120, 120), (30, 60, 30), (-60, 30, 30), (90, 300, 30), (120, 180, 0), (-60, 0, 0),
     (200, 300, 0), (-60, 300, 120)],
)  # fmt: skip
def test_overlap_counts_shared_minutes(b_start: int, b_end: int, shared: int) -> None:
    def at(minutes: int) -> datetime:
        return NOON + timedelta(minutes=minutes)

    assert overlap_minutes(NOON, at(120), at(b_start), at(b_end)) == shared
    assert overlap_minutes(at(b_start), at(b_end), NOON, at(120)) == shared


def test_part_of_a_minute_is_not_counted() -> None:
    end = NOON + timedelta(minutes=2, seconds=59)
    assert overlap_minutes(NOON, end, NOON, end) == 2
