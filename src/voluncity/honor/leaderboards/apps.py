"""The slice as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class LeaderboardsConfig(AppConfig):
    """Leaderboards of areas, organizations, months and years; the volunteers of the month."""

    name = "voluncity.honor.leaderboards"
    label = "leaderboards"
    verbose_name = "排行榜"
