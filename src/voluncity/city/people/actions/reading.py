"""Read a list from its beginning or from where it was left, checked chunk by chunk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from voluncity.city.access.permissions import Permission
from voluncity.city.people import queries
from voluncity.city.people.actions.imports import imported_lines
from voluncity.city.people.lists.checking import ID_INDEX, Checker, Chunk, Result
from voluncity.city.people.lists.finding import Found, find_list
from voluncity.city.people.lists.ground import Ground, Usual
from voluncity.city.people.lists.marks import Marks
from voluncity.city.people.lists.processes import ahead, checked
from voluncity.city.people.lists.reports import FINE, Line
from voluncity.city.people.lists.source import Source
from voluncity.city.people.models import ImportBatch, User

# One transaction each: small enough to be repeated, large enough for COPY.
CHUNK_RECORDS = 5_000
_READ_AHEAD = 2


class Counts(NamedTuple):
    """How far a list is, and what became of its records."""

    position: int
    imported: int
    known: int
    refused: int

    def plus(self, new: queries.Newcomers, *, position: int) -> Counts:
        """Return the counts after one more chunk."""
        return Counts(
            position,
            self.imported + len(new.people),
            self.known + new.known,
            self.refused + new.refused,
        )


Tell = Callable[[Counts], object]


def counts_of(batch: ImportBatch) -> Counts:
    """Return how far an import is."""
    return Counts(batch.position, batch.imported, batch.known, batch.refused)


@dataclass(frozen=True)
class Reading:
    """A list that is open, and what its records are checked against."""

    found: Found
    ground: Ground
    chunk_records: int
    processes: int | None

    def results(self, *, position: int = 0) -> Iterator[tuple[Chunk, Result]]:
        """Return the chunks after a position, each with what became of it.

        Each record is given a volunteer number, because sealed text is bound to it.
        """
        numbers: set[str] = set()
        chunks = _numbered(self._chunks(position), numbers)
        for chunk, result in checked(chunks, self.ground, processes=self.processes):
            yield chunk, self._noted(chunk, result)
            numbers.difference_update(chunk.numbers)

    def looks(self) -> Iterator[tuple[Result, queries.Newcomers, list[Line]]]:
        """Return what would become of each chunk, with its lines; nothing is written."""
        accepted = Marks()
        for chunk, result in checked(self._chunks(0), self.ground, processes=self.processes):
            new = queries.newcomers(self._noted(chunk, result), earlier=accepted)
            for one in new.people:
                accepted.add(str(one.values[ID_INDEX]))
            yield result, new, sorted([*new.lines, *imported_lines(new, outcome=FINE)])

    def renumbered(self, chunk: Chunk) -> Result:
        """Return a chunk checked again under other numbers."""
        drawn = queries.free_numbers(len(chunk.records), taken=chunk.numbers)
        return self._noted(chunk, Checker(self.ground).check(chunk._replace(numbers=drawn)))

    def _noted(self, chunk: Chunk, result: Result) -> Result:
        """Return the result with its rows that were hidden; who reads ahead has found them all."""
        hidden = self.found.table.hidden_rows
        if not hidden:
            return result
        here = hidden.intersection(range(chunk.first, chunk.position + 1))
        return result._replace(hidden=frozenset(here))

    def _chunks(self, position: int) -> Iterator[Chunk]:
        above = self.found.header.row
        rest = islice(self.found.records, max(position - above, 0), None)
        return _cut(rest, first=max(position, above) + 1, size=self.chunk_records)


def open_list(
    source: Source,
    *,
    by: User | None,
    at: datetime,
    permission: Permission = Permission.VOLUNTEER_REGISTER,
    usual: Usual | None = None,
    chunk_records: int = CHUNK_RECORDS,
    processes: int | None = None,
) -> Reading:
    """Open a file as a list of volunteers.

    :raises BadInput: when it is none.
    """
    usual = usual or Usual()
    found = find_list(source, given=usual.given)
    ground = queries.import_ground(by=by, at=at, permission=permission, usual=usual)
    return Reading(found, replace(ground, places=found.header.places), chunk_records, processes)


def _cut(records: Iterator[list[str]], *, first: int, size: int) -> Iterator[Chunk]:
    """Cut the records into chunks; a thread reads them while the database works."""

    def cut() -> Iterator[Chunk]:
        row = first
        while taken := list(islice(records, size)):
            yield Chunk(row, taken, [""] * len(taken))
            row += len(taken)

    return ahead(cut(), most=_READ_AHEAD)


def _numbered(chunks: Iterator[Chunk], numbers: set[str]) -> Iterator[Chunk]:
    for chunk in chunks:
        drawn = queries.free_numbers(len(chunk.records), taken=numbers)
        numbers.update(drawn)
        yield chunk._replace(numbers=drawn)
