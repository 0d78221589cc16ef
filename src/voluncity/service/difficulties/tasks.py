"""Recurring work of the slice."""

from __future__ import annotations

from django.utils.timezone import now

from voluncity.kernel.clock import local_date
from voluncity.service.difficulties import actions


def keep_terms() -> None:
    """Remind, mark what is overdue, hand it up."""
    at = now()
    actions.keep_terms(today=local_date(at), at=at)
