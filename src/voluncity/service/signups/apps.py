"""The slice as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class SignupsConfig(AppConfig):
    name = "voluncity.service.signups"
    label = "signups"
    verbose_name = "报名"
