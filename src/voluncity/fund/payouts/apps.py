"""The slice as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class PayoutsConfig(AppConfig):
    """Money paid out: verified accounts, installments, requests, lists for the bank, returns."""

    name = "voluncity.fund.payouts"
    label = "payouts"
    verbose_name = "资金拨付"
