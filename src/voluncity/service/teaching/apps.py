"""The slice as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class TeachingConfig(AppConfig):
    """Training sessions: enrollment, attendance, certificates, yearly duty."""

    name = "voluncity.service.teaching"
    label = "teaching"
    verbose_name = "培训班"
