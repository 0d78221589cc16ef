"""Recurring work of the slice."""

from __future__ import annotations

from django.utils.timezone import now

from voluncity.voice.news import actions


def keep_terms() -> None:
    """Publish what is due and take down what has run out."""
    actions.keep_terms(at=now())
