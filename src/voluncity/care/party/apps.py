"""The slice as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class PartyConfig(AppConfig):
    """Party members of a unit report to a paired community and serve there."""

    name = "voluncity.care.party"
    label = "party"
    verbose_name = "双报到"
