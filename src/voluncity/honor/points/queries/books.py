"""The rules as plain numbers."""

from __future__ import annotations

from datetime import date

from voluncity.honor.points.models import RuleSet
from voluncity.honor.points.rules import Book, book_on
from voluncity.honor.points.states import Ground


def books() -> list[Book]:
    """Return all rules that ever held or will, the newest first."""
    return [book_of(one) for one in RuleSet.objects.prefetch_related("rates")]


def book_of(one: RuleSet) -> Book:
    """Return one set of rules as plain numbers."""
    rates = list(one.rates.all())
    return Book(
        valid_from=one.valid_from,
        hour_points=one.hour_points,
        entered_percent=one.entered_percent,
        day_most=one.day_most,
        month_most=one.month_most,
        expiry_years=one.expiry_years,
        hours={rate.category_id: rate.points for rate in rates if rate.category_id},
        deeds={rate.ground: rate.points for rate in rates if rate.ground != Ground.HOURS},
        pk=one.pk,
    )


def book_today(day: date) -> Book | None:
    """Return the rules of a day."""
    return book_on(books(), day)
