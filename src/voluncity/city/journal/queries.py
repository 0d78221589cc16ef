"""Read the journal: one subject's history, and whether the chain is whole."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from voluncity.city.journal.chain import GENESIS, entry_hash
from voluncity.city.journal.models import Entry, Head


def history(subject_type: str, subject_id: int) -> QuerySet[Entry]:
    """Return what happened to one thing, oldest first."""
    return (
        Entry.objects.filter(subject_type=subject_type, subject_id=subject_id)
        .select_related("actor")
        .order_by("pk")
    )


def chain_faults(*, limit: int = 20) -> list[str]:
    """Recompute the whole chain and name the entries that do not fit (at most `limit`)."""
    faults: list[str] = []
    for fault in _faults():
        faults.append(fault)
        if len(faults) >= limit:
            break
    return faults


def _faults() -> Iterator[str]:
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
    head = Head.objects.filter(pk=1).first()
    if head and (head.sequence, head.hash) != (expected - 1, previous):
        yield f"journal: the head says {head.sequence} entries, the chain ends at {expected - 1}"
