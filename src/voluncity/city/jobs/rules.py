"""Which queue a job takes its turn in, and when a long one is to let go."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event

SHORT, LONG = "default", "long"  # settings.TASKS names both

_wishes: list[Event] = []


class Interrupted(Exception):
    """A long job lets go between two steps, because its worker was asked to stop."""


@contextmanager
def heeding(wish: Event) -> Iterator[None]:
    """Let long jobs of this process look whether this wish to stop was made."""
    _wishes.append(wish)
    try:
        yield
    finally:
        _wishes.remove(wish)


def is_stopping() -> bool:
    """Return whether the worker of this process was asked to stop."""
    return any(wish.is_set() for wish in _wishes)
