"""Recurring work of the slice."""

from __future__ import annotations

from datetime import timedelta

from django.utils.timezone import now

from voluncity.fund.donations import actions, gateway, queries
from voluncity.kernel.clock import CITY_TZ, local_date

READY_HOUR = 10  # the payment service writes the bill of a day by then


def follow_payments() -> None:
    """Ask about orders and refunds of which nothing was heard."""
    if gateway.exists():
        at = now()
        actions.ask_about_orders(at=at)
        actions.follow_refunds(at=at)


def keep_terms() -> None:
    """Remind of what must be told, and of monthly gifts."""
    at = now()
    today = local_date(at)
    actions.remind_of_disclosures(today=today, at=at)
    actions.remind_givers(today=today, at=at)


def reconcile_yesterday() -> None:
    """Lay yesterday's bill beside our books, once it is ready."""
    at = now()
    yesterday = local_date(at) - timedelta(days=1)
    is_ready = at.astimezone(CITY_TZ).hour >= READY_HOUR
    if gateway.exists() and is_ready and not queries.has_bill(yesterday):
        actions.reconcile(day=yesterday, at=at)
