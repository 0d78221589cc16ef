"""The slice as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class EventsConfig(AppConfig):
    """Large events: groups and posts of several days, applications, badges, handing out."""

    name = "voluncity.service.events"
    label = "events"
    verbose_name = "大型活动"
