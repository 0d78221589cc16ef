"""The slice as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class TrainingConfig(AppConfig):
    name = "voluncity.service.training"
    label = "training"
    verbose_name = "培训"
