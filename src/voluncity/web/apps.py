"""The look of both faces: layouts, components, middleware. No models."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Make templates, static files and the `ui` tags available."""

    name = "voluncity.web"
    label = "web"
    verbose_name = "界面"
