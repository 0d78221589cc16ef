"""The slice as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class PolicyConfig(AppConfig):
    name = "voluncity.city.policy"
    label = "policy"
    verbose_name = "规则"
