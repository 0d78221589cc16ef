"""The slice as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "voluncity.city.people"
    label = "people"
    verbose_name = "志愿者"
