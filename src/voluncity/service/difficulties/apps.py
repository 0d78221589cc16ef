"""The slice as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class DifficultiesConfig(AppConfig):
    """A team's difficulty goes up, an answer comes down in time."""

    name = "voluncity.service.difficulties"
    label = "difficulties"
    verbose_name = "困难事项"
