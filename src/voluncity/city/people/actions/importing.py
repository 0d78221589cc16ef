"""Import a file of volunteers from its beginning, or from where it was interrupted."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.db import IntegrityError, transaction

from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import has
from voluncity.city.people import queries
from voluncity.city.people.actions.imports import (
    begin_import,
    finish_import,
    write_chunk,
    write_newcomers,
)
from voluncity.city.people.actions.reading import (
    CHUNK_RECORDS,
    Counts,
    Reading,
    Tell,
    counts_of,
    open_list,
)
from voluncity.city.people.lists.checking import Chunk, Result
from voluncity.city.people.lists.finding import find_list
from voluncity.city.people.lists.reports import Report, Sink
from voluncity.city.people.lists.source import digest, on_disk
from voluncity.city.people.models import ImportBatch, User
from voluncity.city.people.states import BatchState
from voluncity.kernel.refusals import NotAllowed, Refusal

_MOST_TRIES = 5


class NotWhole(Refusal):
    """All or nothing was wanted, and somebody cannot be registered."""


def named_sheet(path: Path) -> tuple[str, tuple[str, ...]]:
    """Return the sheet that holds the list, and the titles of columns that are not read.

    :raises BadInput: when the file is no list of volunteers.
    """
    found = find_list(on_disk(path))
    return found.table.name, found.header.unknown


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
    refuse_strangers(by, Permission.VOLUNTEER_REGISTER)
    source = on_disk(path)
    mark = digest(source)
    batch = queries.import_batch(mark, by=by)
    if batch is not None and batch.state == BatchState.FINISHED:
        return batch
    reading = open_list(source, by=by, at=at, chunk_records=chunk_records, processes=processes)
    batch = batch or begin_import(
        file_name=path.name, digest=mark, report_path=str(report_path), by=by, at=at
    )
    with Report(Path(batch.report_path), committed=batch.report_bytes) as report:
        for chunk, result in reading.results(position=batch.position):
            batch = write_either(reading, batch, chunk, result, report, by=by, at=at)
            report.keep(batch.report_bytes)
            tell(counts_of(batch))
    return finish_import(batch=batch, by=by, at=at)


def import_all_or_nobody(
    *,
    path: Path,
    report_path: Path,
    by: User,
    at: datetime,
    tell: Tell,
    chunk_records: int = CHUNK_RECORDS,
    processes: int | None = None,
) -> Counts:
    """Register everybody in a file, or nobody: first the whole file is looked at, then written.

    All is written in one transaction. Who is refused only while it is written (somebody else
    registered with the number meanwhile) undoes it all, and the file is looked at once more.

    :raises BadInput: when the file is no list of volunteers, or the report cannot be written.
    :raises NotAllowed: when `by` may not register volunteers.
    """
    refuse_strangers(by, Permission.VOLUNTEER_REGISTER)
    source = on_disk(path)
    for _ in range(_MOST_TRIES):
        counts = try_volunteers(
            path=path, report_path=report_path, by=by, at=at, tell=tell,
            chunk_records=chunk_records, processes=processes,
        )  # fmt: skip
        if counts.refused:
            return counts._replace(imported=0)
        reading = open_list(source, by=by, at=at, chunk_records=chunk_records, processes=processes)
        batch = begin_import(
            file_name=path.name, digest=digest(source), report_path=str(report_path), by=by, at=at
        )
        if batch.state == BatchState.FINISHED:
            return counts_of(batch)
        try:
            with Report(report_path, committed=0) as report, transaction.atomic():
                written = write_everybody(reading, batch, report, by=by, at=at, tell=tell)
                ImportBatch.objects.filter(pk=batch.pk, position=batch.position).update(
                    **written._asdict()
                )
                batch.position = written.position
                finish_import(batch=batch, by=by, at=at)
        except NotWhole:
            continue
        return written
    raise Refusal("名单里的人正同时在别处登记，没有导入任何人，请稍后再运行一次。")


def write_everybody(
    reading: Reading, batch: ImportBatch, report: Sink, *, by: User, at: datetime, tell: Tell
) -> Counts:
    """Write a whole list within a transaction of the caller.

    :raises NotWhole: when somebody is refused now; the caller lets everything be undone.
    """
    counts = Counts(reading.found.header.row, 0, 0, 0)
    for chunk, result in reading.results():
        new, length = _written_whole(reading, batch, chunk, result, report, by, at)
        report.keep(length)
        counts = counts.plus(new, position=result.position)
        tell(counts)
    return counts


def _written_whole(
    reading: Reading,
    batch: ImportBatch,
    chunk: Chunk,
    result: Result,
    report: Sink,
    by: User,
    at: datetime,
) -> tuple[queries.Newcomers, int]:
    for _ in range(_MOST_TRIES):
        new = queries.newcomers(result)
        if new.refused:
            raise NotWhole("有人刚刚在别处登记。")
        try:
            with transaction.atomic():
                length = write_newcomers(
                    batch=batch, new=new, result=result, report=report, by=by, at=at
                )
        except IntegrityError:
            result = reading.renumbered(chunk)
        else:
            return new, length
    raise NotWhole("同时有人在登记。")


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
    reading = open_list(
        on_disk(path), by=by, at=at, chunk_records=chunk_records, processes=processes
    )
    counts = Counts(reading.found.header.row, 0, 0, 0)
    with Report(report_path, committed=0) as report:
        report.keep(report.write([]))
        for result, new, lines in reading.looks():
            report.keep(report.write(lines))
            counts = counts.plus(new, position=result.position)
            tell(counts)
    return counts


def refuse_strangers(by: User, permission: Permission) -> None:
    """Refuse who may not bring lists in.

    :raises NotAllowed: with where to ask.
    """
    if not has(by, permission):
        raise NotAllowed(f"这个账号没有“{permission.label}”的权限，请换市、县文明办或社区的账号。")


def write_either(
    reading: Reading,
    batch: ImportBatch,
    chunk: Chunk,
    result: Result,
    report: Sink,
    *,
    by: User,
    at: datetime,
) -> ImportBatch:
    """Write a chunk; when somebody registers with one of its numbers meanwhile, once more."""
    for _ in range(_MOST_TRIES):
        try:
            return write_chunk(batch=batch, result=result, report=report, by=by, at=at)
        except IntegrityError:
            result = reading.renumbered(chunk)
    raise Refusal("同时有人在登记，没有写进去，请再运行一次，会从断开的地方接着导入。")
