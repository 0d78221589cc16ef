"""The slice as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "voluncity.city.access"
    label = "access"
    verbose_name = "权限"
