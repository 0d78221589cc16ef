"""Let a test say what time it is; everything that reads Django's clock then reads the test's."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from importlib import import_module

from django.conf import settings
from django.utils import timezone

_REAL = timezone.now


class Clock:
    """A clock that stands still until it is moved on."""

    def __init__(self, instant: datetime) -> None:
        self.instant = instant

    def __call__(self) -> datetime:
        return self.instant

    def move(self, **span: float) -> datetime:
        """Let time pass (`minutes=5`, `days=1`)."""
        self.instant += timedelta(**span)
        return self.instant


@contextmanager
def stopped_at(instant: datetime) -> Iterator[Clock]:
    """Stop the clock for views, operations, tasks and sessions alike."""
    # What is loaded while the clock stands still would keep this clock for ever.
    for name in (settings.ROOT_URLCONF, settings.SESSION_ENGINE):
        import_module(name)
    clock = Clock(instant)
    readers = [
        (module, name)
        for module in list(sys.modules.values())
        for name, value in list(getattr(module, "__dict__", {}).items())
        if value is _REAL and module is not sys.modules[__name__]
    ]
    for module, name in readers:
        setattr(module, name, clock)
    try:
        yield clock
    finally:
        for module, name in readers:
            setattr(module, name, _REAL)
