"""Walk along the sealed entries as fast as they can be read, and name what does not fit.

Raw rows, because a model instance costs more than its hash: a city's journal holds millions of
entries, and all of them are proven every night. Whatever the quick look does not find right is
looked at again through the model, which alone decides what is a fault.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection

from voluncity.city.journal.chain import GENESIS, content_hash, entry_hash
from voluncity.city.journal.models import Entry

CHUNK = 10_000
# As text, so that no driver makes objects of instants and of JSON.
_QUERY = (
    "SELECT id, CAST(at AS text), actor_id, on_behalf_of_id, verb, subject_type, subject_id, "
    "CAST(data AS text), previous_hash, hash, sequence FROM journal_entry "
    "WHERE sequence > %s AND sequence <= %s ORDER BY sequence LIMIT %s"
)
_SECONDS, _HOUR_OFFSET = len("2026-11-22 08:00:00"), "+00"
_decode = json.JSONDecoder().raw_decode


@dataclass
class Link:
    """The entry that the walk has reached: its number and its hash."""

    sequence: int = 0
    hash: str = GENESIS


def link_before(sequence: int) -> Link:
    """Return the last sealed entry before a number, or the beginning of the chain."""
    found = Entry.objects.filter(sequence__lt=sequence).order_by("-sequence")
    row = found.values_list("sequence", "hash").first()
    return Link(row[0] or 0, row[1] or "") if row else Link()


def faults_between(first: int, last: int) -> Iterator[str]:
    """Name the entries numbered `first` to `last` that do not fit into the chain."""
    link = link_before(first)
    position = first - 1
    while rows := _rows(position, last):
        position = rows[-1][-1]
        if not _fits(rows, link):
            yield from _look_closely(rows[0][-1], position, link)
        link.sequence, link.hash = position, rows[-1][-2]


def _rows(position: int, last: int) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_QUERY, [position, last, CHUNK])
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _fits(rows: list[tuple[Any, ...]], link: Link) -> bool:
    """Return whether every row follows the one before and says what was sealed."""
    number, before = link.sequence, link.hash
    for pk, at, actor, other, verb, kind, subject, data, previous, sealed, sequence in rows:
        number += 1
        if sequence != number or previous != before:
            return False
        before = content_hash(
            sequence=sequence,
            previous=previous,
            pk=pk,
            at=_iso(at),
            actor=actor,
            on_behalf_of=other,
            verb=verb,
            subject_type=kind,
            subject_id=subject,
            data=_parsed(data),
        )
        if sealed != before:
            return False
    return True


def _parsed(stored: str) -> Any:
    try:
        value, end = _decode(stored)
    except ValueError:
        return None
    return value if end == len(stored) else None


def _iso(stored: str) -> str:
    """Return as Python writes it what a database in UTC writes of an instant."""
    whole, fraction = stored[:_SECONDS], stored[_SECONDS:].removesuffix(_HOUR_OFFSET)
    # PostgreSQL leaves out zeros at the end of a fraction, Python never does.
    return f"{whole[:10]}T{whole[11:]}{fraction and fraction.ljust(7, '0')}+00:00"


def _look_closely(first: int, last: int, link: Link) -> Iterator[str]:
    previous, expected = link.hash, link.sequence + 1
    entries = Entry.objects.filter(sequence__gte=first, sequence__lte=last).order_by("sequence")
    for entry in entries.iterator(chunk_size=2000):
        sequence = entry.sequence or 0
        if sequence != expected:
            yield f"journal: entry number {expected} is missing"
        if entry.previous_hash != previous:
            yield f"journal: entry {entry.pk} (number {sequence}) does not follow the one before"
        if entry.hash != entry_hash(entry, sequence=sequence, previous=entry.previous_hash or ""):
            yield f"journal: entry {entry.pk} (number {sequence}) was changed after sealing"
        previous, expected = entry.hash or "", sequence + 1
