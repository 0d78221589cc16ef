"""Recurring work of the slice."""

from __future__ import annotations

from django.utils.timezone import now

from voluncity.service.patrols import actions


def keep_terms() -> None:
    """Close what nobody looked at in time; tell the offices what is overdue."""
    actions.keep_terms(at=now())
