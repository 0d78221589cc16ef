"""Recurring work: make records from presences that are over."""

from __future__ import annotations

from datetime import timedelta

from django.utils.timezone import now

from voluncity.service.hours import actions

RECENT = timedelta(days=3)


def compute_due() -> int:
    """Make the records of the last days; every minute, so that people see their hours soon."""
    at = now()
    return actions.compute_due(at=at, since=at - RECENT)


def compute_all() -> int:
    """Make every record that is still missing, however old: once a day, so that none is lost."""
    return actions.compute_due(at=now())
