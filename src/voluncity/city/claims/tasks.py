"""Recurring work on claims."""

from __future__ import annotations

from django.utils.timezone import now

from voluncity.city.claims import actions


def forget_evidence() -> int:
    """Delete photos of papers that are not needed any more."""
    return actions.forget_evidence(at=now())
