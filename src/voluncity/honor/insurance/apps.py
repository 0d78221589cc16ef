"""The slice as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class InsuranceConfig(AppConfig):
    """Who is insured by what and since when, rosters for the insurer, claims."""

    name = "voluncity.honor.insurance"
    label = "insurance"
    verbose_name = "保险"
