"""The slice as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    """What is kept about a person, who looked at it, and how to take it along or end it."""

    name = "voluncity.city.privacy"
    label = "privacy"
    verbose_name = "隐私中心"
