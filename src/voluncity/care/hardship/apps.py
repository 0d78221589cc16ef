"""The slice as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class HardshipConfig(AppConfig):
    """Volunteers in hardship, and what was given to them."""

    name = "voluncity.care.hardship"
    label = "hardship"
    verbose_name = "困难志愿者"
