"""Recurring work: hand text messages to the gateway, forget old ones."""

from __future__ import annotations

from django.utils.timezone import now

from voluncity.city.inbox import actions


def deliver_texts() -> None:
    """Send what is due."""
    actions.deliver_texts(at=now())


def forget_texts() -> None:
    """Delete what is old."""
    actions.forget_texts(at=now())
