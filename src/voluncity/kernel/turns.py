"""Let those who write one SQLite file take turns, instead of sleeping until it is free."""

from __future__ import annotations

import fcntl
import functools
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

WRITER = threading.Lock()


@contextmanager
def writing_alone(
    connection: BaseDatabaseWrapper, atomic: Callable[[], AbstractContextManager[object]]
) -> Iterator[None]:
    """Run a short transaction (`atomic`) of the quick ways on SQLite, all who want one in turn.

    The database lets one write at a time and lets the others sleep for longer and longer, up to
    a tenth of a second; a lock wakes the next one at once: one among the threads of this process,
    one among the processes. Who is inside a transaction already holds the database and must not
    wait for those who want it. Nothing depends on the locks but the waiting time.
    """
    if connection.in_atomic_block:
        with atomic():
            yield
        return
    with WRITER, process_in_turn(Path(connection.settings_dict["NAME"])), atomic():
        yield


@contextmanager
def process_in_turn(database: Path) -> Iterator[None]:
    """Wait for the other processes that write the same file."""
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
