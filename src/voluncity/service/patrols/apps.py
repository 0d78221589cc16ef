"""The slice as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class PatrolsConfig(AppConfig):
    """What patrol volunteers find, and how it is solved."""

    name = "voluncity.service.patrols"
    label = "patrols"
    verbose_name = "文明巡防"
