"""Recurring work of the slice."""

from __future__ import annotations

from django.utils.timezone import now

from voluncity.fund.donations import actions, gateway, queries, rules
from voluncity.kernel.clock import local_date


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
    """Lay the newest bill beside our books."""
    at = now()
    day = rules.newest_bill(at)
    if gateway.exists() and not queries.has_bill(day):
        actions.reconcile(day=day, at=at)
