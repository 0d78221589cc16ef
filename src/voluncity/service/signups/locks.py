"""Who comes first: rows that are touched so that what must not cross takes turns.

Always the activity before a volunteer's agenda. On SQLite a writing transaction stands alone
anyway (transaction_mode IMMEDIATE); on PostgreSQL the touched row stays locked until commit, and
every later statement of the transaction sees what those before it have committed.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connection
from django.db.models import F

from voluncity.service.projects.models import Activity
from voluncity.service.signups.models import Agenda

P = ParamSpec("P")
R = TypeVar("R")

TRIES = 3
DEADLOCK = "40P01"  # PostgreSQL: deadlock_detected


def hold_activity(activity_id: int) -> None:
    """Let everybody else who signs up for, leaves or calls off this activity wait for us."""
    Activity.objects.filter(pk=activity_id).update(state=F("state"))


def hold_agenda(volunteer_id: int) -> None:
    """Let the volunteer's other sign-ups wait for us, so that no two at one time slip in."""
    mine = Agenda.objects.filter(volunteer_id=volunteer_id)
    if not mine.update(version=F("version") + 1):
        Agenda.objects.bulk_create([Agenda(volunteer_id=volunteer_id)], ignore_conflicts=True)
        mine.update(version=F("version") + 1)


def again_after_deadlock(action: Callable[P, R]) -> Callable[P, R]:
    """Run an action anew when the database ended it to break a deadlock.

    Two cancellations that move up the same people may cross; one of them simply comes second.
    """

    @functools.wraps(action)
    def tried(*args: P.args, **kwargs: P.kwargs) -> R:
        for _ in range(TRIES - 1):
            try:
                return action(*args, **kwargs)
            except OperationalError as error:
                inside = connection.in_atomic_block  # then only the outer transaction can be rerun
                if inside or getattr(error.__cause__, "sqlstate", "") != DEADLOCK:
                    raise
        return action(*args, **kwargs)

    return tried
