"""The slice as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class PublicityConfig(AppConfig):
    name = "voluncity.city.publicity"
    label = "publicity"
    verbose_name = "公示"
