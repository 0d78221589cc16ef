"""The slice as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class RegionsConfig(AppConfig):
    name = "voluncity.city.regions"
    label = "regions"
    verbose_name = "区划"
