"""The slice as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class IntegrityConfig(AppConfig):
    """Hours that look wrong: cases, findings, sanctions, appeals."""

    name = "voluncity.service.integrity"
    label = "integrity"
    verbose_name = "时长核查"
