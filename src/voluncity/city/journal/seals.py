"""Set the seals of many entries at once, the way each database does it fastest.

An update with a CASE for every row, as `bulk_update` makes it, took 0.3 ms for each entry.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection

# The entry, its number, the hash before it and its own.
Seal = tuple[int, int, str, str]

_POSTGRES = """
    UPDATE journal_entry e SET sequence = s.sequence, previous_hash = s.previous, hash = s.hash
    FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[])
        AS s (id, sequence, previous, hash)
    WHERE e.id = s.id
"""
_SQLITE = "UPDATE journal_entry SET sequence = %s, previous_hash = %s, hash = %s WHERE id = %s"


def set_seals(seals: Sequence[Seal]) -> None:
    """Write number and hashes into the entries; the database's guards allow it once."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            columns: list[list[Any]] = [list(column) for column in zip(*seals, strict=True)]
            cursor.execute(_POSTGRES, columns)
        else:
            rows: list[tuple[Any, ...]] = [(*seal, pk) for pk, *seal in seals]
            cursor.executemany(_SQLITE, rows)
