"""The slice as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "voluncity.city.journal"
    label = "journal"
    verbose_name = "操作记录"
