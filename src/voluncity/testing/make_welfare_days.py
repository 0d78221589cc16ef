"""Public-welfare days of 2026; November's is the 28th."""

from __future__ import annotations

from datetime import UTC, datetime

from voluncity.city.people.models import User
from voluncity.service.welfare_days import actions
from voluncity.service.welfare_days.models import WelfareDay
from voluncity.testing.make_people import make_user

PLANNED = datetime(2026, 1, 5, 4, 0, tzinfo=UTC)


def make_days(year: int = 2026) -> list[WelfareDay]:
    """Return the proposed days of a year."""
    actions.generate_year(year=year, by=None, at=PLANNED)
    return list(WelfareDay.objects.filter(month__year=year))


def make_day(month: int = 11, *, year: int = 2026, by: User | None = None) -> WelfareDay:
    """Return a confirmed day with a theme."""
    make_days(year)
    day = WelfareDay.objects.get(month__year=year, month__month=month)
    by = by or make_user("周文明")
    actions.confirm_day(day=day, by=by, at=PLANNED)
    actions.describe_day(day=day, theme="送健康", words="", picture=None, by=by, at=PLANNED)
    day.refresh_from_db()
    return day
