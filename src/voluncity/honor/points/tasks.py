"""Recurring work: gifts arrive, points expire, and people are told before."""

from __future__ import annotations

from django.utils.timezone import now

from voluncity.honor.points import actions


def deliver_gifts() -> None:
    """Deliver the gifts that can no longer be taken back."""
    actions.deliver_gifts(at=now())


def expire() -> None:
    """Take away what is past its last day, and announce what soon will be."""
    actions.expire_points(at=now())
    actions.announce_expiry(at=now())
