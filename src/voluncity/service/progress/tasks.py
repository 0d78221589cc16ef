"""Recurring work of the slice."""

from __future__ import annotations

from django.utils.timezone import now

from voluncity.service.progress import actions


def count() -> None:
    """Count the progress of all projects that go on."""
    actions.count_progress(at=now())


def remind() -> None:
    """Let organizers know of what is behind and of summaries that are late."""
    actions.remind(at=now())
