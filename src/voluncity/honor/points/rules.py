"""How points are counted: by which rule, rounded down, capped, until when they are good."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from voluncity.honor.points.states import Ground

ISSUED, SPENT, EXPIRED = "points:issued", "points:spent", "points:expired"
LAPSED, GIFTS, POOL = "points:lapsed", "points:gifts", "points:pool"
CONTRA = (ISSUED, SPENT, EXPIRED, LAPSED, GIFTS)

AMOUNT_MOST = 1_000_000  # of one spending, gift or adjustment
RATE_MOST = 1_000
CAP_MOST = 100_000
EXPIRY_YEARS = (0, 1, 2, 3)
MINUTES_OF_AN_HOUR = 60
LATEST = date.max  # stands for: as it was


def account_key(volunteer_id: int) -> str:
    """Return the key of a volunteer's points account."""
    return f"points:volunteer:{volunteer_id}"


def holder_key(volunteer_id: int) -> str:
    """Return the holder: not `volunteer:12`, whose accounts a merge moves without their lots."""
    return f"points:{volunteer_id}"


@dataclass(frozen=True)
class Book:
    """The rules of one day as plain numbers; `hours` has points of an hour by category."""

    valid_from: date
    hour_points: int
    entered_percent: int = 0
    day_most: int = 0
    month_most: int = 0
    expiry_years: int | None = 1
    hours: Mapping[int, int] = field(default_factory=dict)
    deeds: Mapping[str, int] = field(default_factory=dict)
    pk: int = 0

    def worth_of_hours(self, minutes: int, *, category: int | None, is_proven: bool) -> int:
        """Return the points of one record of service; a part of a point is dropped."""
        an_hour = self.hours.get(category or 0, self.hour_points)
        percent = 100 if is_proven else self.entered_percent
        return minutes * an_hour * percent // (MINUTES_OF_AN_HOUR * 100)

    def worth_of(self, deed: Ground) -> int:
        """Return the points of a deed."""
        return self.deeds.get(deed, 0)

    def last_day(self, *, came_on: date) -> date | None:
        """Return the last day on which points that came on a day are good."""
        if self.expiry_years is None:
            return None
        return date(came_on.year + self.expiry_years, 12, 31)


def book_on(books: Iterable[Book], day: date) -> Book | None:
    """Return the rules of a day; before the first ones nothing earns points."""
    started = [book for book in books if book.valid_from <= day]
    return max(started, key=lambda book: book.valid_from, default=None)


@dataclass(frozen=True)
class Right:
    """What one reason is worth and what it has been given, within one month of one person."""

    key: int
    earned_on: date
    worth: int
    points: int
    day_most: int = 0
    month_most: int = 0


def share(rights: Collection[Right]) -> dict[int, int]:
    """Return key → points, for a month of one person, within the caps.

    What was given stays given as long as its reason is worth it; room that became free goes to
    what was cut before, the earliest first.
    """
    given = {one.key: min(one.points, one.worth) for one in rights}
    days: dict[date, int] = {}
    month = 0
    for one in rights:
        days[one.earned_on] = days.get(one.earned_on, 0) + given[one.key]
        month += given[one.key]
    for one in sorted(rights, key=lambda right: (right.earned_on, right.key)):
        room = one.worth - given[one.key]
        if one.day_most:
            room = min(room, one.day_most - days[one.earned_on])
        if one.month_most:
            room = min(room, one.month_most - month)
        if room > 0:
            given[one.key] += room
            days[one.earned_on] += room
            month += room
    return given
