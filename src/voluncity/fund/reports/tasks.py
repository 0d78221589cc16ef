"""Recurring work of the slice."""

from __future__ import annotations

from django.utils.timezone import now

from voluncity.fund.reports import actions


def keep_terms() -> None:
    """Let the schedule follow the days of projects; remind of what is due soon or late."""
    actions.keep_terms(at=now())
