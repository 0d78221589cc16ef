"""Write to the journal, seal it, and let its readers catch up."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from itertools import count
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import F
from django.utils.module_loading import import_string

from voluncity.city.journal import queries
from voluncity.city.journal.chain import GENESIS, content_hash
from voluncity.city.journal.models import Cursor, Entry, Head
from voluncity.city.journal.seals import Seal, set_seals
from voluncity.kernel.bulk import copy_rows

logger = logging.getLogger(__name__)

FAILURE_LENGTH = Cursor._meta.get_field("failure").max_length  # noqa: SLF001 -- Django's documented API

Reader = Callable[[list[Entry]], None]
Read = Callable[[int, int], list[Entry]]

PORTION = 500  # entries that a reader is given at a time, in one transaction
PORTIONS_KEPT = 4
# What an entry says, in the order in which sealing takes it.
SAID = (
    "pk", "at", "actor_id", "on_behalf_of_id", "verb", "subject_type", "subject_id", "data",
)  # fmt: skip


def record(
    verb: str,
    subject: models.Model | tuple[str, int | None],
    *,
    by: models.Model | None,
    at: datetime,
    on_behalf_of: models.Model | None = None,
    **data: Any,
) -> Entry:
    """Append one entry; `data` holds ids and numbers, never a name, phone or identity number.

    `verb` reads `slice.action`; `subject` is a saved model instance or (type, id).
    """
    kind, subject_id = subject if isinstance(subject, tuple) else _named(subject)
    return Entry.objects.create(
        at=at,
        actor_id=by.pk if by else None,
        on_behalf_of_id=on_behalf_of.pk if on_behalf_of else None,
        verb=verb,
        subject_type=kind,
        subject_id=subject_id,
        data=data,
    )


def record_many(
    verb: str,
    subjects: Iterable[tuple[models.Model, Mapping[str, Any]]],
    *,
    by: models.Model | None,
    at: datetime,
) -> None:
    """Append one entry for each subject, all in one go and without an object for each."""
    record_each(verb, ((subject, data, at) for subject, data in subjects), by=by)


def record_each(
    verb: str,
    subjects: Iterable[tuple[models.Model, Mapping[str, Any], datetime]],
    *,
    by: models.Model | None,
) -> None:
    """Append one entry for each subject, each at its own instant, all in one go."""
    who = by.pk if by else None
    rows = (
        (at, who, verb, *_named(subject), data if isinstance(data, dict) else dict(data))
        for subject, data, at in subjects
    )
    columns = ("at", "actor_id", "verb", "subject_type", "subject_id", "data")
    copy_rows(Entry, columns, rows)


def _named(subject: models.Model) -> tuple[str, int]:
    return subject._meta.model_name or "", subject.pk  # noqa: SLF001 -- Django's documented API


@transaction.atomic
def seal_entries(*, limit: int = 5000) -> int:
    """Number and chain committed entries in order; return how many were sealed.

    The lock on the single head row makes two sealers take turns.
    """
    head = _locked_head()
    entries = Entry.objects.filter(sequence=None).order_by("pk").values_list(*SAID)[:limit]
    seals: list[Seal] = []
    for pk, at, actor, on_behalf_of, verb, subject_type, subject_id, data in entries:
        previous, head.sequence = head.hash, head.sequence + 1
        head.hash = content_hash(
            sequence=head.sequence,
            previous=previous,
            pk=pk,
            at=at.astimezone(UTC).isoformat(),
            actor=actor,
            on_behalf_of=on_behalf_of,
            verb=verb,
            subject_type=subject_type,
            subject_id=subject_id,
            data=data,
        )
        seals.append((pk, head.sequence, previous, head.hash))
    if seals:
        set_seals(seals)
        head.save(update_fields=["sequence", "hash"])
    return len(seals)


def _locked_head() -> Head:
    Head.objects.get_or_create(pk=1, defaults={"hash": GENESIS})
    # An update takes the lock on PostgreSQL and SQLite alike; only then is the row read.
    Head.objects.filter(pk=1).update(sequence=F("sequence"))
    return Head.objects.get(pk=1)


@transaction.atomic
def feed_reader(
    name: str, reader: Reader, *, limit: int = PORTION, read: Read | None = None
) -> int:
    """Give a reader its next sealed entries and move its cursor in the same transaction.

    Return how many it read. What the reader writes and the cursor commit together, so that
    each entry takes effect once. `read` fetches entries after a number; a round of many readers
    passes one that remembers.
    """
    Cursor.objects.get_or_create(reader=name)
    Cursor.objects.filter(reader=name).update(position=F("position"))  # one feeder at a time
    cursor = Cursor.objects.get(reader=name)
    entries = (read or read_after)(cursor.position, limit)
    if entries:
        reader(entries)
        cursor.position = entries[-1].sequence or cursor.position  # sealed: it has a number
        cursor.failed_at, cursor.failure = None, ""
        cursor.save(update_fields=["position", "failed_at", "failure"])
    return len(entries)


def read_after(position: int, limit: int) -> list[Entry]:
    """Return the next sealed entries, lowest number first."""
    return list(Entry.objects.filter(sequence__gt=position).order_by("sequence")[:limit])


class OneRound:
    """What was read in this round: all readers that are equally far are given the same entries.

    Sealed entries never change and have no gaps, so what was read once stays true; only the last
    portion may have grown meanwhile, which the next round finds.
    """

    def __init__(self) -> None:
        self._kept: dict[int, list[Entry]] = {}

    def __call__(self, position: int, limit: int) -> list[Entry]:
        """Return the entries after a number, which another reader may have fetched before."""
        if position not in self._kept:
            while len(self._kept) >= PORTIONS_KEPT:
                del self._kept[next(iter(self._kept))]
            self._kept[position] = read_after(position, limit)
        return list(self._kept[position])


def note_failure(name: str, *, failure: str, at: datetime) -> None:
    """Keep what stopped a reader, for the health page.

    A reader that failed on its first entries has no cursor yet: its first was rolled back.
    """
    kept = failure.replace("\0", "")[:FAILURE_LENGTH] or "unknown"
    Cursor.objects.update_or_create(reader=name, defaults={"failed_at": at, "failure": kept})


def catch_up(*, at: datetime, rounds: int | None = None) -> int:
    """Seal what is new and let all readers read to the end; return how many entries were read.

    What readers write themselves is sealed and read in the next round; without `rounds` until
    nothing is left. A reader that fails keeps its place and does not stop the others. A quiet
    journal is only looked at: nothing is locked or written.
    """
    total = 0
    for _ in range(rounds) if rounds is not None else count():
        if not (read := _one_round(at)):
            break
        total += read
    return total


def _one_round(at: datetime) -> int:
    while queries.has_news():
        seal_entries()
    total, read = 0, OneRound()
    behind = queries.readers_behind(list(settings.VOLUNCITY_READERS))
    while behind:  # portion by portion, so that a portion is fetched once for all of them
        counts = {name: _feed(name, at, read) for name in behind}
        total += sum(counts.values())
        behind = [name for name, count in counts.items() if count == PORTION]
    return total


def _feed(name: str, at: datetime, read: Read) -> int:
    try:
        return feed_reader(name, import_string(settings.VOLUNCITY_READERS[name]), read=read)
    except Exception as error:
        logger.exception("journal reader %s failed", name)
        note_failure(name, failure=f"{type(error).__name__}: {error}", at=at)
        return 0
