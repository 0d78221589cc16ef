"""Recurring work: let the rules look, draw samples, carry out what is final, count figures."""

from __future__ import annotations

from django.utils.timezone import now

from voluncity.service.integrity import actions


def look() -> int:
    """Let every rule look at the last days."""
    return actions.look(at=now())


def draw_samples() -> int:
    """Announce this week's sample, and draw what is due."""
    return actions.draw_due(at=now())


def settle_cases() -> int:
    """Carry out what nobody appealed against in time."""
    return actions.settle_due(at=now())


def raise_absences() -> int:
    """Raise who did not come."""
    return actions.raise_absences(at=now())


def count_figures() -> int:
    """Count the public figures anew."""
    return actions.count_figures(at=now())
