"""The slice as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class NewsConfig(AppConfig):
    """Articles: written, reviewed by a second person, scheduled, published, in versions."""

    name = "voluncity.voice.news"
    label = "news"
    verbose_name = "志愿动态"
