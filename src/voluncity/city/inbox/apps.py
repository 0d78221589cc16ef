"""The slice as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class InboxConfig(AppConfig):
    name = "voluncity.city.inbox"
    label = "inbox"
    verbose_name = "消息"
