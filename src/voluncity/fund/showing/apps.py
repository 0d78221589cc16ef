"""The slice as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class ShowingConfig(AppConfig):
    """What everybody may see of a fund: every yuan, open data, the summary of a year."""

    name = "voluncity.fund.showing"
    label = "showing"
    verbose_name = "基金公开"
