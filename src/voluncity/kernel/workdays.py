"""Working days: Monday to Friday, moved by the calendar that the office keeps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

_FRIDAY = 4
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Calendar:
    """The days that differ from the plain week.

    `off` are holidays on weekdays, `on` are make-up workdays on weekends.
    """

    off: frozenset[date] = frozenset()
    on: frozenset[date] = frozenset()

    def is_workday(self, day: date) -> bool:
        """Tell whether offices work on this day."""
        return day in self.on or (day.weekday() <= _FRIDAY and day not in self.off)

    def add_workdays(self, start: date, n: int) -> date:
        """Return the n-th working day after `start`; with 0 it is `start` itself."""
        day = start
        for _ in range(n):
            day = self._next_workday(day)
        return day

    def workdays_between(self, start: date, end: date) -> int:
        """Return how many working days come after `start`, up to and with `end`."""
        days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
        return sum(self.is_workday(day) for day in days)

    def _next_workday(self, day: date) -> date:
        day += _ONE_DAY
        while not self.is_workday(day):
            day += _ONE_DAY
        return day
