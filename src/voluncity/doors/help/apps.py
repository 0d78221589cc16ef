"""The slice as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class HelpConfig(AppConfig):
    """Guides for residents, teams and a fund's office, inside the product."""

    name = "voluncity.doors.help"
    label = "help"
    verbose_name = "使用帮助"
