"""What the slices above say about an application that was taken.

Where it stands (settings.VOLUNCITY_APPLICATION_STAGES), and what stands against sending it back
(settings.VOLUNCITY_APPLICATION_GUARDS).
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.utils.module_loading import import_string

from voluncity.city.people.models import User
from voluncity.fund.calls.models import Application
from voluncity.fund.calls.rules.stages import Stage


def stages(application: Application, *, at: datetime) -> list[Stage]:
    """Return what the slices above say to the applicant, in their order."""
    return [
        stage
        for name in settings.VOLUNCITY_APPLICATION_STAGES
        for stage in import_string(name)(application, at)
    ]


def against_sending_back(application: Application, by: User) -> str:
    """Return why this application may not be sent back, in a sentence; nothing when it may."""
    for name in settings.VOLUNCITY_APPLICATION_GUARDS:
        sentence: str = import_string(name)(application, by)
        if sentence:
            return sentence
    return ""
