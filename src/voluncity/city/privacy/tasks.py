"""Recurring work: accounts whose fifteen days are over."""

from __future__ import annotations

from django.utils.timezone import now

from voluncity.city.privacy import actions


def close_due() -> int:
    """Close the accounts whose day has come; return how many."""
    return actions.close_due(at=now())
