"""The slice as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class AwardsConfig(AppConfig):
    """Selections: nominated, reviewed by experts, voted for, shown, awarded."""

    name = "voluncity.honor.awards"
    label = "awards"
    verbose_name = "评选表彰"
