"""The slice as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class ClassesConfig(AppConfig):
    """Micro-classes: chapters, progress, a short test, a certificate."""

    name = "voluncity.voice.classes"
    label = "classes"
    verbose_name = "微课堂"
