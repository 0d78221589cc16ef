"""Recurring work of the slice."""

from __future__ import annotations

from django.utils.timezone import now

from voluncity.honor.awards import actions


def keep_calendar() -> None:
    """Say that votes have begun."""
    actions.start_votes(at=now())
