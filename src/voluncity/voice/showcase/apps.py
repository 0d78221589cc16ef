"""The slice as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class ShowcaseConfig(AppConfig):
    """Galleries and stories of people, teams and brand projects."""

    name = "voluncity.voice.showcase"
    label = "showcase"
    verbose_name = "志愿风采"
