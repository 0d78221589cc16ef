"""Import a file of volunteers from its beginning, or from where it was interrupted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from django.db import IntegrityError

from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import has
from voluncity.city.people import queries
from voluncity.city.people.actions.imports import (
    begin_import,
    finish_import,
    imported_lines,
    write_chunk,
)
from voluncity.city.people.lists import columns, tables
from voluncity.city.people.lists.checking import ID_INDEX, Checker, Chunk, Result
from voluncity.city.people.lists.processes import ahead, checked
from voluncity.city.people.lists.reports import FINE, Report
from voluncity.city.people.lists.words import Ground
from voluncity.city.people.models import ImportBatch, User
from voluncity.city.people.states import BatchState
from voluncity.kernel.refusals import NotAllowed, Refusal

# One transaction each: small enough to be repeated, large enough for COPY.
CHUNK_RECORDS = 5_000
_MOST_TRIES = 5
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


def unknown_columns(path: Path) -> tuple[str, ...]:
    """Return the titles of columns that an import does not read.

    :raises BadInput: when the file is no list of volunteers.
    """
    return columns.find_header(tables.records(path)).unknown


def import_volunteers(
    *,
    path: Path,
    report_path: Path,
    by: User,
    at: datetime,
    tell: Tell,
    chunk_records: int = CHUNK_RECORDS,
    processes: int | None = None,
) -> ImportBatch:
    """Register everybody in a file who passes the rules of registration.

    Goes on where an earlier run of the same file ended; a finished file is left alone. Not within
    a transaction: every chunk is one of its own, together with its part of the report.

    :raises BadInput: when the file is no list of volunteers, or the report cannot be written.
    :raises NotAllowed: when `by` may not register volunteers.
    :raises Refusal: when another process imports this file, or a helper process died.
    """
    if not has(by, Permission.VOLUNTEER_REGISTER):
        raise NotAllowed("这个账号没有“代为登记志愿者”的权限，请换市、县文明办或社区的账号。")
    digest = tables.digest(path)
    batch = queries.import_batch(digest)
    if batch is not None and batch.state == BatchState.FINISHED:
        return batch
    records = tables.records(path)
    header = columns.find_header(records)
    ground = replace(queries.import_ground(by=by, at=at), places=header.places)
    batch = batch or begin_import(
        file_name=path.name, digest=digest, report_path=str(report_path), by=by, at=at
    )
    with Report(Path(batch.report_path), committed=batch.report_bytes) as report:
        numbers: set[str] = set()
        rest = islice(records, max(batch.position - header.row, 0), None)
        first = max(batch.position, header.row) + 1
        chunks = _numbered(_chunks(rest, first=first, size=chunk_records), numbers)
        for chunk, result in checked(chunks, ground, processes=processes):
            batch = _written(batch, chunk, result, ground, report, by, at)
            report.keep(batch.report_bytes)
            numbers.difference_update(chunk.numbers)
            tell(counts_of(batch))
    return finish_import(batch=batch, by=by, at=at)


def try_volunteers(
    *,
    path: Path,
    report_path: Path,
    by: User | None,
    at: datetime,
    tell: Tell,
    chunk_records: int = CHUNK_RECORDS,
    processes: int | None = None,
) -> Counts:
    """Check a file as an import would, and write only the report.

    :raises BadInput: when the file is no list of volunteers, or the report cannot be written.
    """
    records = tables.records(path)
    header = columns.find_header(records)
    ground = replace(queries.import_ground(by=by, at=at), places=header.places)
    counts, accepted = Counts(header.row, 0, 0, 0), set[str]()
    with Report(report_path, committed=0) as report:
        report.keep(report.write([]))
        chunks = _chunks(records, first=header.row + 1, size=chunk_records)
        for _, result in checked(chunks, ground, processes=processes):
            new = queries.newcomers(result, earlier=accepted)
            accepted.update(str(one.values[ID_INDEX]) for one in new.people)
            lines = sorted([*new.lines, *imported_lines(new, outcome=FINE)])
            report.keep(report.write(lines))
            counts = counts.plus(new, position=result.position)
            tell(counts)
    return counts


def _chunks(records: Iterator[list[str]], *, first: int, size: int) -> Iterator[Chunk]:
    """Cut the records into chunks; a thread reads them while the database works."""

    def cut() -> Iterator[Chunk]:
        row = first
        while taken := list(islice(records, size)):
            yield Chunk(row, taken, [""] * len(taken))
            row += len(taken)

    return ahead(cut(), most=_READ_AHEAD)


def _numbered(chunks: Iterator[Chunk], numbers: set[str]) -> Iterator[Chunk]:
    """Give each record a volunteer number, because sealed text is bound to it."""
    for chunk in chunks:
        drawn = queries.free_numbers(len(chunk.records), taken=numbers)
        numbers.update(drawn)
        yield chunk._replace(numbers=drawn)


def _written(
    batch: ImportBatch,
    chunk: Chunk,
    result: Result,
    ground: Ground,
    report: Report,
    by: User,
    at: datetime,
) -> ImportBatch:
    """Write a chunk; when somebody registers with one of its numbers meanwhile, once more."""
    for _ in range(_MOST_TRIES):
        try:
            return write_chunk(batch=batch, result=result, report=report, by=by, at=at)
        except IntegrityError:
            drawn = queries.free_numbers(len(chunk.records), taken=chunk.numbers)
            result = Checker(ground).check(chunk._replace(numbers=drawn))
    raise Refusal("同时有人在登记，没有写进去，请再运行一次，会从断开的地方接着导入。")
