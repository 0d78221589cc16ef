"""The slice as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "voluncity.doors.portal"
    label = "portal"
    verbose_name = "门户"
