"""The slice as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class TokensConfig(AppConfig):
    name = "voluncity.city.tokens"
    label = "tokens"
    verbose_name = "接口密钥"
