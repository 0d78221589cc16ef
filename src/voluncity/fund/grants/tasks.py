"""Recurring work of the slice."""

from __future__ import annotations

from django.utils.timezone import now

from voluncity.fund.grants import actions


def keep_terms() -> None:
    """Remind of what is due and report what is late."""
    actions.keep_terms(at=now())
