"""Read the journal: one subject's history, and whether the chain is whole."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from django.db.models import QuerySet

from voluncity.city.journal.append_only import missing_guards
from voluncity.city.journal.chain import GENESIS, entry_hash
from voluncity.city.journal.models import Cursor, Entry, Head


def history(subject_type: str, subject_id: int) -> QuerySet[Entry]:
    """Return what happened to one thing, oldest first."""
    return (
        Entry.objects.filter(subject_type=subject_type, subject_id=subject_id)
        .select_related("actor")
        .order_by("pk")
    )


def has_news() -> bool:
    """Return whether an entry waits to be sealed."""
    return Entry.objects.filter(sequence=None).exists()


def is_behind(reader: str) -> bool:
    """Return whether a reader has sealed entries left to read."""
    position = Cursor.objects.filter(reader=reader).values_list("position", flat=True).first() or 0
    return Entry.objects.filter(sequence__gt=position).exists()


def chain_faults(*, limit: int = 20) -> list[str]:
    """Recompute the whole chain and name the entries that do not fit (at most `limit`)."""
    return list(islice(_faults(), limit))


def _faults() -> Iterator[str]:
    for guard in missing_guards("journal_entry"):
        yield f"journal: the database no longer has the guard {guard}"
    previous, expected = GENESIS, 1
    sealed = Entry.objects.exclude(sequence=None).order_by("sequence")
    for entry in sealed.iterator(chunk_size=2000):
        if entry.sequence != expected:
            yield f"journal: entry number {expected} is missing"
        sequence = entry.sequence or 0
        if entry.previous_hash != previous:
            yield f"journal: entry {entry.pk} (number {sequence}) does not follow the one before"
        if entry.hash != entry_hash(entry, sequence=sequence, previous=entry.previous_hash or ""):
            yield f"journal: entry {entry.pk} (number {sequence}) was changed after sealing"
        previous, expected = entry.hash or "", sequence + 1
    yield from _tail_faults(last=expected - 1, last_hash=previous)


def _tail_faults(*, last: int, last_hash: str) -> Iterator[str]:
    """Entries cut off at the end leave a whole chain, but the head and the readers remember."""
    head = Head.objects.filter(pk=1).first() or Head(sequence=0, hash=GENESIS)
    if (head.sequence, head.hash) != (last, last_hash):
        yield f"journal: the head says {head.sequence} entries, the chain ends at {last}"
    for reader, position in Cursor.objects.filter(position__gt=last).values_list(
        "reader", "position"
    ):
        yield f"journal: reader {reader} has read number {position}, the chain ends at {last}"
