"""Recurring work on the journal: seal, then feed every reader."""

from __future__ import annotations

import logging

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.timezone import now

from voluncity.city.journal import actions, queries

logger = logging.getLogger(__name__)


def catch_up() -> int:
    """Seal what is new and let all readers read to the end; return how many entries were read.

    What readers write themselves is sealed and read too. A reader that fails keeps its place and
    does not stop the others. A quiet journal is only looked at: nothing is locked or written.
    """
    total = 0
    while read := _one_round():
        total += read
    return total


def _one_round() -> int:
    while queries.has_news():
        actions.seal_entries()
    return sum(_feed_to_end(name, path) for name, path in settings.VOLUNCITY_READERS.items())


def _feed_to_end(name: str, path: str) -> int:
    total = 0
    try:
        reader = import_string(path)
        while queries.is_behind(name) and (count := actions.feed_reader(name, reader)):
            total += count
    except Exception as error:
        logger.exception("journal reader %s failed", name)
        actions.note_failure(name, failure=f"{type(error).__name__}: {error}", at=now())
    return total
