"""The slice as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class DonationsConfig(AppConfig):
    """Appeals and gifts in the three ways that the law allows (RULES.md §2.1)."""

    name = "voluncity.fund.donations"
    label = "donations"
    verbose_name = "募捐与捐赠"
