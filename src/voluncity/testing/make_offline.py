"""Kiosks for tests."""

from __future__ import annotations

from datetime import timedelta
from secrets import token_hex

from django.utils.timezone import now

from voluncity.service.offline.models import Kiosk
from voluncity.service.projects.models import Activity


def make_kiosk(activity: Activity) -> Kiosk:
    """Return an open kiosk of an activity, with a tablet whose key nobody knows."""
    return Kiosk.objects.create(
        activity=activity, opened_by=activity.leader, opened_at=now(),
        ends_at=now() + timedelta(hours=2), key=token_hex(32),
    )  # fmt: skip
