"""The slice as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "voluncity.city.ledger"
    label = "ledger"
    verbose_name = "台账"
