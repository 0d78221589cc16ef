"""The slice as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class ProgressConfig(AppConfig):
    """A project against its plan: progress, summary, next stage, cooperation, experience."""

    name = "voluncity.service.progress"
    label = "progress"
    verbose_name = "项目进展"
