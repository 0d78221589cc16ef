"""Who comes first: rows that are touched so that what must not cross takes turns.

Always the activity before a volunteer's agenda. On SQLite a writing transaction stands alone
anyway (transaction_mode IMMEDIATE); on PostgreSQL the touched row stays locked until commit, and
every later statement of the transaction sees what those before it have committed.
"""

from __future__ import annotations

import fcntl
import functools
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connection, transaction
from django.db.models import F

from voluncity.service.projects.models import Activity
from voluncity.service.signups.models import Agenda

P = ParamSpec("P")
R = TypeVar("R")

TRIES = 3
_WRITER = threading.Lock()
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


@contextmanager
def writing_alone() -> Iterator[None]:
    """Run a short transaction of the quick ways on SQLite, all who want one in turn.

    The database lets one write at a time and lets the others sleep for longer and longer, up to
    a tenth of a second; a lock wakes the next one at once: one among the threads of this process,
    one among the processes. Who is inside a transaction already holds the database and must not
    wait for those who want it. Nothing depends on the locks but the waiting time.
    """
    if connection.in_atomic_block:
        with transaction.atomic():
            yield
        return
    with _WRITER, _process_in_turn(), transaction.atomic():
        yield


@contextmanager
def _process_in_turn() -> Iterator[None]:
    """Wait for the other processes that write the same file."""
    database = Path(connection.settings_dict["NAME"])
    if not database.is_file():  # in memory: there are no others
        yield
        return
    turn = _turn_of(database)
    fcntl.flock(turn, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(turn, fcntl.LOCK_UN)


@functools.cache
def _turn_of(database: Path) -> int:
    """Return the open file beside the database that is locked; it stays empty."""
    return os.open(database.with_name(f"{database.name}-turn"), os.O_RDWR | os.O_CREAT, 0o600)


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
