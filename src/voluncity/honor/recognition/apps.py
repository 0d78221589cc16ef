"""The slice as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class RecognitionConfig(AppConfig):
    name = "voluncity.honor.recognition"
    label = "recognition"
    verbose_name = "荣誉"
