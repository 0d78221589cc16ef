"""The slice as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "voluncity.city.jobs"
    label = "jobs"
    verbose_name = "后台任务"
