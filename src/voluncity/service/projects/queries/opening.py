"""What slices above ask of an activity before people may come to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.utils.module_loading import import_string

from voluncity.kernel.own_data import Hindrance
from voluncity.service.projects.models import Activity

Asking = Callable[..., list[Hindrance]]


def hindrances_to_open(activity: Activity, *, at: datetime) -> list[Hindrance]:
    """Return why an activity may not be open now (settings.VOLUNCITY_OPENING).

    Asked in the transaction that opens it.
    """
    return [one for name in settings.VOLUNCITY_OPENING for one in _asking(name)(activity, at=at)]


def _asking(name: str) -> Asking:
    found: Asking = import_string(name)
    return found
