"""The slice as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "voluncity.city.files"
    label = "files"
    verbose_name = "文件"
