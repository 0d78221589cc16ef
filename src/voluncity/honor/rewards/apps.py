"""The slice as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class RewardsConfig(AppConfig):
    """Merchants and offers, redeemed once by a code, settled by the month."""

    name = "voluncity.honor.rewards"
    label = "rewards"
    verbose_name = "回馈激励"
