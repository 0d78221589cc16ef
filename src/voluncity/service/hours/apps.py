"""The slice as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class HoursConfig(AppConfig):
    name = "voluncity.service.hours"
    label = "hours"
    verbose_name = "时长"
