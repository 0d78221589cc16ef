"""The slice as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "voluncity.city.catalog"
    label = "catalog"
    verbose_name = "字典"
