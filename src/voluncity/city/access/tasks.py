"""Recurring work on sessions."""

from __future__ import annotations

from django.utils.timezone import now

from voluncity.city.access.models import Session


def forget_sessions() -> None:
    """Delete sessions that have run out."""
    Session.objects.filter(expire_date__lt=now()).delete()
