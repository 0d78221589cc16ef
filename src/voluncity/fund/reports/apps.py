"""The slice as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """What funded projects report: progress with evidence, spending with vouchers."""

    name = "voluncity.fund.reports"
    label = "reports"
    verbose_name = "进展报告"
