"""What somebody has, has earned, owes, and loses soon."""

from __future__ import annotations

from datetime import date

from django.db.models import Sum

from voluncity.city.ledger import queries as ledger
from voluncity.honor.points.models import Debt, Earning
from voluncity.honor.points.rules import POOL, account_key


def balance(volunteer_id: int) -> int:
    """Return the points that a volunteer can spend."""
    return ledger.balance(account_key(volunteer_id))


def pool_balance() -> int:
    """Return the points in the city's pool."""
    return ledger.balance(POOL)


def earned(volunteer_id: int, since: date | None = None) -> int:
    """Return the points earned by rule, for service and deeds of a day or later.

    Spending and expiry lower it by nothing; hours that were reversed do. Gifts, grants and
    corrections never count.
    """
    found = Earning.objects.filter(volunteer_id=volunteer_id)
    if since is not None:
        found = found.filter(earned_on__gte=since)
    return found.aggregate(sum=Sum("points"))["sum"] or 0


def owed(volunteer_id: int) -> int:
    """Return the points that a volunteer owes."""
    live = Debt.objects.filter(volunteer_id=volunteer_id, left__gt=0)
    return live.aggregate(sum=Sum("left"))["sum"] or 0
