"""Recurring work: propose the days of this year and the next."""

from __future__ import annotations

from django.utils.timezone import now

from voluncity.kernel.clock import local_date
from voluncity.service.welfare_days import actions


def propose_days() -> None:
    """Propose the days of this year and the next, as the calendar stands now."""
    at = now()
    for year in (local_date(at).year, local_date(at).year + 1):
        actions.generate_year(year=year, by=None, at=at)
