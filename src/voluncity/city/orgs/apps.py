"""The slice as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class OrgsConfig(AppConfig):
    name = "voluncity.city.orgs"
    label = "orgs"
    verbose_name = "组织"
