"""The slice as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class ClosingsConfig(AppConfig):
    """The end of a funded project: report, accounts, visit, evaluation, archive."""

    name = "voluncity.fund.closings"
    label = "closings"
    verbose_name = "结项评估"
