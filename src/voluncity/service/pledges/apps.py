"""The slice as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class PledgesConfig(AppConfig):
    """What a project needs, and who takes it on: people, goods, money."""

    name = "voluncity.service.pledges"
    label = "pledges"
    verbose_name = "认领认捐"
