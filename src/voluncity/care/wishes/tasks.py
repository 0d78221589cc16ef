"""Recurring work of the slice."""

from __future__ import annotations

from django.utils.timezone import now

from voluncity.care.wishes import actions


def keep_terms() -> None:
    """Remind, give back, expire, ask the office, and forget addresses."""
    actions.keep_terms(at=now())
