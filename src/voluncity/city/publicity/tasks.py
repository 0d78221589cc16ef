"""Recurring work on publicity."""

from __future__ import annotations

from django.utils.timezone import now

from voluncity.city.publicity import actions
from voluncity.kernel.clock import local_date


def finish_due() -> int:
    """Let what was shown long enough take effect."""
    at = now()
    return actions.finish_due(today=local_date(at), at=at)
