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
    actions.discard_forgotten(at=at)


def reconcile() -> None:
    """Lay the bills that are missing beside our books, the oldest first."""
    at = now()
    if gateway.exists():
        for day in queries.days_without_bill(rules.newest_bill(at)):
            actions.reconcile(day=day, at=at)
