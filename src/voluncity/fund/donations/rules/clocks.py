"""By when something must be told about an appeal (Charity Law, art. 79; Order 74, art. 25)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count

from voluncity.fund.donations.states import DisclosureKind
from voluncity.kernel.clock import CITY_TZ

K = DisclosureKind
LONG_MONTHS = 6  # only appeals that last longer tell how they stand (art. 79)
BILL_READY = timedelta(days=1, hours=10)  # after the day began: then its bill is whole


@dataclass(frozen=True)
class Numbers:
    """The periods, as the city's rules say today."""

    progress_months: int = 3
    report_months: int = 3
    receipts_days: int = 5


@dataclass(frozen=True)
class Clock:
    """One duty: what, by when, and when it was done."""

    kind: K
    due_on: date
    told_on: date | None = None

    @property
    def label(self) -> str:
        """Return what must be told."""
        return K(self.kind).label

    @property
    def is_late(self) -> bool:
        """Return whether it was told after its day."""
        return self.told_on is not None and self.told_on > self.due_on

    def is_overdue(self, today: date) -> bool:
        """Return whether it should have been told by now."""
        return self.told_on is None and self.due_on < today

    def days_over(self, today: date) -> int:
        """Return for how many days it has been missing."""
        return max(0, (today - self.due_on).days) if self.told_on is None else 0


def clocks(
    *,
    from_on: date,
    last_on: date,
    is_emergency: bool,
    has_partners: bool,
    told: Iterable[tuple[str, date]],
    today: date,
    numbers: Numbers,
) -> list[Clock]:
    """Return the duties of an appeal up to the next one of each kind, by their day."""
    days: dict[str, list[date]] = {}
    for kind, day in told:
        days.setdefault(kind, []).append(day)
    found: list[Clock] = []
    if last_on > add_months(from_on, LONG_MONTHS):
        dues = _every(from_on, last_on, today, months=numbers.progress_months)
        found += _matched(K.PROGRESS, from_on, dues, days.get(K.PROGRESS, []))
    if is_emergency:
        dues = _every(from_on, last_on, today, days=numbers.receipts_days)
        found += _matched(K.RECEIPTS, from_on, dues, days.get(K.RECEIPTS, []))
    final = add_months(last_on, numbers.report_months)
    for kind in (K.FINAL, K.PARTNERS) if has_partners else (K.FINAL,):
        found += _matched(kind, from_on, [final], days.get(kind, []))
    return sorted(found, key=lambda clock: (clock.due_on, clock.kind))


def overdue(found: Iterable[Clock], *, today: date) -> list[Clock]:
    """Return what should have been told by now."""
    return [clock for clock in found if clock.is_overdue(today)]


def _every(
    from_on: date, last_on: date, today: date, *, months: int = 0, days: int = 0
) -> list[date]:
    """Return the days up to the first one that is still to come, all before the end."""
    dues: list[date] = []
    for number in count(1):
        due = add_months(from_on, months * number) if months else from_on + timedelta(days * number)
        if due >= last_on:
            break
        dues.append(due)
        if due >= today:
            break
    return dues


def _matched(kind: K, from_on: date, dues: Sequence[date], told: Sequence[date]) -> Iterator[Clock]:
    """Give each duty the first telling of its period, or else the first one after it."""
    told, before = sorted(told), from_on - timedelta(days=1)
    for due in dues:
        within = [day for day in told if before < day <= due]
        after = [day for day in told if day > due]
        yield Clock(kind, due, next(iter(within or after), None))
        before = due


def newest_bill(at: datetime) -> date:
    """Return the last day of which the payment service has written the bill."""
    return (at.astimezone(CITY_TZ) - BILL_READY).date()


def add_months(day: date, months: int) -> date:
    """Return the same day so many months later; the last of the month where there is none."""
    year, month = divmod(day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(day.year + year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")
