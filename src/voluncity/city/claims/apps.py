"""The slice as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class ClaimsConfig(AppConfig):
    """People say what is wrong with a record: it is mine, it is double, it is not right."""

    name = "voluncity.city.claims"
    label = "claims"
    verbose_name = "认领与合并"
