"""The slice as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class ReviewConfig(AppConfig):
    """Review of applications: experts, scores, the decision and its publicity."""

    name = "voluncity.fund.review"
    label = "review"
    verbose_name = "基金评审"
