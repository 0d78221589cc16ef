"""The slice as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class CallsConfig(AppConfig):
    """Calls for projects: who may apply, with which form, by when; the applications."""

    name = "voluncity.fund.calls"
    label = "calls"
    verbose_name = "基金申报"
