"""The slice as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class StationsConfig(AppConfig):
    name = "voluncity.city.stations"
    label = "stations"
    verbose_name = "志愿服务站"
