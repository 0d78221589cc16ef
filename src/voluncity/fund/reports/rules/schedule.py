"""Which reports a funded project owes, and by which day (days are days of the city)."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from voluncity.fund.reports.states import ReportKind, Timeliness

MONTHS_OF_A_YEAR = 12
# A span that is shorter than this many days at the end is told of with the one before it.
SHORT_DAYS = 15


@dataclass(frozen=True)
class Due:
    """One report that is owed: of a milestone, or of a span of time."""

    kind: ReportKind
    due_on: date
    starts_on: date
    ends_on: date
    milestone_id: int | None = None


def dues(
    *,
    starts_on: date,
    ends_on: date,
    milestones: Iterable[tuple[int, date]],
    months: int,
    days_after: int,
) -> list[Due]:
    """Return what is owed, the earliest first.

    A milestone's report is due so many days after the milestone; a report of each span of so
    many months so many days after it ended. `months` of 0: no reports by span.
    """
    grace = timedelta(days=days_after)
    found = [
        Due(ReportKind.MILESTONE, day + grace, starts_on, max(day, starts_on), pk)
        for pk, day in milestones
    ]
    found += [
        Due(ReportKind.PERIOD, last + grace, first, last)
        for first, last in spans(starts_on, ends_on, months)
    ]
    return sorted(found, key=lambda one: (one.due_on, one.milestone_id or 0))


def spans(starts_on: date, ends_on: date, months: int) -> list[tuple[date, date]]:
    """Return the spans of a project, first and last day each; a short rest joins the last one."""
    if months <= 0:
        return []
    found: list[tuple[date, date]] = []
    number, first = 1, starts_on
    while first <= ends_on:
        following = later(starts_on, months * number)
        last = min(following - timedelta(days=1), ends_on)
        if found and (last - first).days + 1 < SHORT_DAYS:
            found[-1] = (found[-1][0], last)
        else:
            found.append((first, last))
        number, first = number + 1, following
    return found


def later(day: date, months: int) -> date:
    """Return the same day so many months later; the last of a month that is too short."""
    place = day.year * MONTHS_OF_A_YEAR + day.month - 1 + months
    year, month = divmod(place, MONTHS_OF_A_YEAR)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def overdue_days(due_on: date | None, *, today: date) -> int:
    """Return for how many days something is late: 0 up to its day."""
    return 0 if due_on is None else max(0, (today - due_on).days)


def overdue_text(days: int) -> str:
    """Return how late a report is, in words."""
    return f"进展报告已逾期 {days} 天" if days else ""


def timeliness(*, due_on: date, came_on: date | None, today: date) -> Timeliness:
    """Return how a report came, by the day on which it was first handed in."""
    if came_on is None:
        return Timeliness.MISSING if today > due_on else Timeliness.AHEAD
    return Timeliness.IN_TIME if came_on <= due_on else Timeliness.LATE
