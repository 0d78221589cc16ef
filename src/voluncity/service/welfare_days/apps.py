"""The slice as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class WelfareDaysConfig(AppConfig):
    """The last Saturday of each month: a theme, its activities and what they did."""

    name = "voluncity.service.welfare_days"
    label = "welfare_days"
    verbose_name = "全民公益日"
