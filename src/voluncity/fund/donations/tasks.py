"""Recurring work of the slice."""

from __future__ import annotations

from datetime import timedelta

from django.utils.timezone import now

from voluncity.fund.donations import actions, gateway
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
    """Lay yesterday's bill beside our books; it is ready after nine in the morning."""
    if gateway.exists():
        at = now()
        actions.reconcile(day=local_date(at) - timedelta(days=1), at=at)
