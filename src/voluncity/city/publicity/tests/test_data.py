import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from voluncity.kernel.workdays import Calendar

ROWS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "data" / "holidays.json").read_text(encoding="utf-8")
)
CALENDAR = Calendar(
    off=frozenset(date.fromisoformat(row["day"]) for row in ROWS if not row["is_workday"]),
    on=frozenset(date.fromisoformat(row["day"]) for row in ROWS if row["is_workday"]),
)


def test_every_day_stands_once_and_in_order() -> None:
    days = [row["day"] for row in ROWS]
    assert days == sorted(set(days))
    assert {tuple(row) for row in ROWS} == {("day", "is_workday", "name")}


def test_make_up_workdays_lie_on_weekends() -> None:
    assert {day.weekday() for day in CALENDAR.on} == {5, 6}
    assert [str(day) for day in sorted(CALENDAR.on)] == [
        "2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11",
        "2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10",
    ]  # fmt: skip


@pytest.mark.parametrize(("year", "workdays"), [(2025, 248), (2026, 248)])
def test_year_has_as_many_workdays_as_announced(year: int, workdays: int) -> None:
    assert CALENDAR.workdays_between(date(year - 1, 12, 31), date(year, 12, 31)) == workdays


@pytest.mark.parametrize(
    ("ended", "due"),
    [
        (date(2026, 9, 24), date(2026, 10, 15)),
        (date(2026, 9, 28), date(2026, 10, 16)),
        (date(2026, 2, 13), date(2026, 3, 5)),
        (date(2026, 12, 5), date(2026, 12, 18)),
    ],
)
def test_records_are_due_ten_working_days_after_the_end(ended: date, due: date) -> None:
    # Order 67, article 11; vectors of RULES.md §1.2.
    assert CALENDAR.add_workdays(ended, 10) == due
