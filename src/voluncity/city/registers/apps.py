"""The slice as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class RegistersConfig(AppConfig):
    """Lists of the desk: filters that are kept, columns, files that are exported."""

    name = "voluncity.city.registers"
    label = "registers"
    verbose_name = "名册工具"
