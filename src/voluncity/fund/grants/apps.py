"""The slice as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class GrantsConfig(AppConfig):
    """Projects and supports that a fund pays for: agreement, milestones, changes, stages."""

    name = "voluncity.fund.grants"
    label = "grants"
    verbose_name = "资助项目"
