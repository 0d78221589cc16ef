"""A server that is killed in the middle of its work, as by a power cut."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

from django.db import connections

LONGEST = 60  # seconds that a server lives, should nobody kill it


def killed(serve: Callable[[Callable[[bytes], object]], object], *, after: bytes) -> bytes:
    """Let a process of its own serve until it has told `after`, and kill it; return all it told.

    `serve` is given what it tells with. It has connections of its own to the databases, so the
    test must commit what it shall see. Whoever dies by itself has told less.
    """
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        _serve(serve, write)
    os.close(write)
    told = b""
    while after not in told and (more := os.read(read, 1)):
        told += more
    os.close(read)
    os.kill(child, signal.SIGKILL)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    return told


def _serve(serve: Callable[[Callable[[bytes], object]], object], write: int) -> None:
    signal.alarm(LONGEST)
    try:
        for connection in connections.all():
            connection.connection = None  # the parent's; closing it would close it there, too
            # What lies in the pool is the parent's as well, and would outlive the child.
            connection.settings_dict["OPTIONS"].pop("pool", None)
        serve(lambda said: os.write(write, said))
        os.close(write)
        signal.pause()
    finally:
        os._exit(1)  # whatever happened: the child never goes on with the tests
