"""The slice as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class OfflineConfig(AppConfig):
    """Check-in where there is no network: signed rosters, scans sent later."""

    name = "voluncity.service.offline"
    label = "offline"
    verbose_name = "离线签到"
