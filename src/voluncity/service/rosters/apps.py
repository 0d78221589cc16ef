"""The slice as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class RostersConfig(AppConfig):
    """Posts and shifts that repeat, and who stands where."""

    name = "voluncity.service.rosters"
    label = "rosters"
    verbose_name = "岗位排班"
