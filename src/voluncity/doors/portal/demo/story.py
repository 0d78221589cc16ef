"""Tell the city's months in the order in which they happened."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

from voluncity.kernel.clock import CITY_TZ

Happening = Callable[[datetime], None]


def moment(day: date, clock: str) -> datetime:
    """Return the instant of a day's local clock ("08:30")."""
    return datetime.combine(day, time.fromisoformat(clock), CITY_TZ).astimezone(UTC)


class Story:
    """Happenings in order of time; one may plan others that come later."""

    def __init__(self) -> None:
        self._queue: list[tuple[datetime, int, Happening]] = []
        self._count = itertools.count()

    def plan(self, at: datetime, happening: Happening) -> None:
        """Let something happen at a time."""
        heapq.heappush(self._queue, (at, next(self._count), happening))

    def tell(self, *, until: datetime, progress: Callable[[int, int], None]) -> None:
        """Let everything happen up to a time; what lies later is forgotten."""
        done = 0
        while self._queue and self._queue[0][0] <= until:
            at, _, happening = heapq.heappop(self._queue)
            happening(at)
            done += 1
            progress(done, done + len(self._queue))


def days_between(first: date, last: date) -> list[date]:
    """Return every day from the first to the last."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
