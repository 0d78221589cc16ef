"""Wait until the worker has nothing left to do, so that it does not disturb what is measured."""

from __future__ import annotations

import time
from pathlib import Path

from django.conf import settings

from voluncity.city.journal.models import Cursor, Entry, Head

PATIENCE_SECONDS = 240
LOOK_SECONDS = 0.5


def rest(_folder: Path, _port: int) -> dict[str, int]:
    """Return how many milliseconds it took until every entry was sealed and read by all."""
    began = time.monotonic()
    while not _is_quiet():
        if time.monotonic() - began > PATIENCE_SECONDS:
            raise SystemExit("The worker does not catch up with the journal.")
        time.sleep(LOOK_SECONDS)
    return {"waited": round((time.monotonic() - began) * 1000)}


def _is_quiet() -> bool:
    if Entry.objects.filter(sequence=None).exists():
        return False
    head = Head.objects.values_list("sequence", flat=True).first() or 0
    at_end = Cursor.objects.filter(reader__in=settings.VOLUNCITY_READERS, position=head)
    return not head or at_end.count() == len(settings.VOLUNCITY_READERS)
