"""Recurring work on files."""

from __future__ import annotations

from datetime import timedelta

from django.utils.timezone import now

from voluncity.city.files import actions


def sweep_orphans() -> int:
    """Remove what uploads that failed a day ago left behind."""
    return actions.sweep_orphans(older_than=now() - timedelta(days=1))
