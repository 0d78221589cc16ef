"""The slice as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class PointsConfig(AppConfig):
    """Points: earned by dated rules, spent, given, expired, each one traceable."""

    name = "voluncity.honor.points"
    label = "points"
    verbose_name = "积分"
