"""The slice as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class CertificationConfig(AppConfig):
    """Stars and medals certified in batches: candidates, review, publicity, lists."""

    name = "voluncity.honor.certification"
    label = "certification"
    verbose_name = "星级与奖章认证"
