"""Recurring work on keys and kept answers."""

from __future__ import annotations

from django.utils.timezone import now

from voluncity.city.tokens import actions


def forget_answers() -> None:
    """Delete kept answers that are older than two days."""
    actions.forget_answers(at=now())
