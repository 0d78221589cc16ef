"""Read the journal: one subject's history, and whether the chain is whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from django.db.models import Max, Min, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from voluncity.city.journal.append_only import missing_guards
from voluncity.city.journal.chain import GENESIS
from voluncity.city.journal.models import Cursor, Entry, Head
from voluncity.city.journal.spread import faults_in, others_can_look

# So many entries are proven by one process before it asks for more work.
SPAN = 100_000


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


def readers_behind(readers: Sequence[str]) -> list[str]:
    """Return which of these readers have sealed entries left to read, in their order."""
    newest = Entry.objects.aggregate(newest=Max("sequence"))["newest"] or 0
    positions = dict(Cursor.objects.values_list("reader", "position"))
    return [reader for reader in readers if positions.get(reader, 0) < newest]


def can_be_proven_side_by_side() -> bool:
    """Return whether the books are so long that several connections should look through them."""
    return others_can_look() and Entry.objects.filter(sequence__gt=SPAN).exists()


def chain_faults(*, limit: int = 20) -> list[str]:
    """Recompute the whole chain and name the entries that do not fit (at most `limit`)."""
    return list(islice(_faults(), limit))


def _faults() -> Iterator[str]:
    for guard in missing_guards("journal_entry"):
        yield f"journal: the database no longer has the guard {guard}"
    # Cursors first: what is sealed meanwhile must not make them look too far ahead.
    cursors = list(Cursor.objects.order_by("pk").values_list("reader", "position"))
    end = _end()
    yield from faults_in(_spans(end.sequence))
    yield from _tail_faults(end, cursors)


def _spans(last: int) -> list[tuple[int, int]]:
    """Return the numbers of the first and last entry of each part in which a chain is proven."""
    first = Entry.objects.aggregate(first=Min("sequence"))["first"]
    if first is None:
        return []
    starts = range(min(first, 1), last + 1, SPAN)
    return [(start, min(start + SPAN - 1, last)) for start in starts]


@dataclass(frozen=True)
class _End:
    """Where the chain ends and where the head says it does, at one moment."""

    sequence: int
    hash: str
    head_sequence: int
    head_hash: str


def _end() -> _End:
    """Return both ends in one statement: on a living system the next ones may differ."""
    head = Head.objects.filter(pk=1)
    newest = Entry.objects.exclude(sequence=None).order_by("-sequence")
    facts = newest.annotate(
        head_sequence=Coalesce(Subquery(head.values("sequence")), 0),
        head_hash=Coalesce(Subquery(head.values("hash")), Value(GENESIS)),
    ).values_list("sequence", "hash", "head_sequence", "head_hash")
    if found := facts.first():
        number, last_hash, head_number, head_hash = found
        return _End(number or 0, last_hash or "", head_number, head_hash)
    kept = head.first() or Head(sequence=0, hash=GENESIS)
    return _End(0, GENESIS, kept.sequence, kept.hash)


def _tail_faults(end: _End, cursors: Iterable[tuple[str, int]]) -> Iterator[str]:
    """Entries cut off at the end leave a whole chain, but the head and the readers remember."""
    if (end.head_sequence, end.head_hash) != (end.sequence, end.hash):
        head = f"the head says {end.head_sequence} entries"
        yield f"journal: {head}, the chain ends at {end.sequence}"
    for reader, position in cursors:
        if position > end.sequence:
            read = f"reader {reader} has read number {position}"
            yield f"journal: {read}, the chain ends at {end.sequence}"
