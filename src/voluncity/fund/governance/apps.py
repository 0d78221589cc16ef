"""The slice as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class GovernanceConfig(AppConfig):
    """A special fund under a foundation: charter, people in charge, meetings, resolutions."""

    name = "voluncity.fund.governance"
    label = "governance"
    verbose_name = "基金治理"
