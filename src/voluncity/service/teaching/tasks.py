"""Recurring work of trainings."""

from __future__ import annotations

from django.utils.timezone import now

from voluncity.service.teaching import actions


def settle_due() -> int:
    """Settle the sessions that are over."""
    return actions.settle_due(at=now())


def remind_expiring() -> int:
    """Remind people of certificates that end soon."""
    return actions.remind_expiring(at=now())
