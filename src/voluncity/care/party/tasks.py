"""Recurring work of the slice."""

from __future__ import annotations

from django.utils.timezone import now

from voluncity.care.party.actions.figures import keep_service as keep


def keep_service() -> None:
    """Count anew what members served; the page says when it was."""
    keep(at=now())
