"""Recurring work of the slice."""

from __future__ import annotations

from django.utils.timezone import now

from voluncity.fund.review import actions


def keep_terms() -> None:
    """Remind experts before the end; try again what could not take effect."""
    actions.keep_terms(at=now())
