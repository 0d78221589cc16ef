"""The slice as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class ArchivesConfig(AppConfig):
    """What was done: photos, people served, materials and money of an activity."""

    name = "voluncity.service.archives"
    label = "archives"
    verbose_name = "活动归档"
