"""Recurring work of the slice."""

from __future__ import annotations

from django.utils.timezone import now

from voluncity.fund.calls import actions


def keep_terms() -> None:
    """End what came too late; remind of drafts before their call ends."""
    actions.keep_terms(at=now())
