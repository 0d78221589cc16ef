"""The slice as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class WishesConfig(AppConfig):
    """Micro-wishes: posted, reviewed and valued, claimed by one, fulfilled, confirmed."""

    name = "voluncity.care.wishes"
    label = "wishes"
    verbose_name = "微心愿"
