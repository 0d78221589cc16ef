"""Where an application stands after it was taken (settings.VOLUNCITY_APPLICATION_STAGES)."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.utils.module_loading import import_string

from voluncity.fund.calls.models import Application
from voluncity.fund.calls.rules.stages import Stage


def stages(application: Application, *, at: datetime) -> list[Stage]:
    """Return what the slices above say to the applicant, in their order."""
    return [
        stage
        for name in settings.VOLUNCITY_APPLICATION_STAGES
        for stage in import_string(name)(application, at)
    ]
