"""The slice as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class RatingsConfig(AppConfig):
    """Stars of organizations: by rule, certified in batches, shown before they count."""

    name = "voluncity.honor.ratings"
    label = "ratings"
    verbose_name = "组织星级"
