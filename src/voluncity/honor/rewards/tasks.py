"""Recurring work of the slice."""

from __future__ import annotations

from django.utils.timezone import now

from voluncity.honor.rewards import actions
from voluncity.kernel.clock import local_date


def keep_terms() -> None:
    """Remind of vouchers, let them lapse or call them back."""
    at = now()
    actions.keep_terms(today=local_date(at), at=at)


def draw_sheets() -> None:
    """Draw up the sheets of the months that are over."""
    at = now()
    actions.draw_sheets(today=local_date(at), at=at)
