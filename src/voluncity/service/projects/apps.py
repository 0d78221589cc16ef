"""The slice as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "voluncity.service.projects"
    label = "projects"
    verbose_name = "项目"
