"""A worker reads a list of the desk: takes it, checks and writes it, says how far it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, BinaryIO, NamedTuple

from django.db import transaction
from django.db.models import F, Q

from voluncity.city.access import personal
from voluncity.city.access.permissions import Permission
from voluncity.city.files import storage
from voluncity.city.jobs.rules import Interrupted
from voluncity.city.journal.actions import record
from voluncity.city.people import queries
from voluncity.city.people.actions.batches import MOST_ROWS, forget_file, too_long, usual_of
from voluncity.city.people.actions.importing import (
    NotWhole,
    refuse_strangers,
    write_either,
    write_everybody,
)
from voluncity.city.people.actions.imports import finish_import
from voluncity.city.people.actions.reading import Counts, Reading, open_list
from voluncity.city.people.lists.finding import odd_things
from voluncity.city.people.lists.reports import Line, harmless
from voluncity.city.people.lists.source import Source
from voluncity.city.people.models import ImportBatch, ImportLine
from voluncity.city.people.states import BATCH_FLOW, BatchState, ImportMode
from voluncity.kernel.bulk import copy_rows
from voluncity.kernel.refusals import Refusal, WrongState

Clock = Callable[[], datetime]
CHUNK_RECORDS = 2_000
MOST_TURNS = 5
_MOST_TRIES = 3
_GONE = "名单文件已经删除，请重新上传；已导入的人不会重复。"
_LINE = ("batch", "row", "outcome", "number", "name", "id_number", "words")


class Lines:
    """The report of a list at the desk, kept in the database: it ends with its transaction."""

    def __init__(self, batch: ImportBatch) -> None:
        self._pk = batch.pk

    def write(self, lines: Iterable[Line]) -> int:
        """Add lines."""
        rows = map(harmless, lines)
        copy_rows(
            ImportLine,
            _LINE,
            (
                (self._pk, one.row, one.outcome, one.number, one.name[:60], one.id_number[:60],
                 one.words)
                for one in rows
            ),
        )  # fmt: skip
        return 0

    def keep(self, length: int) -> None:
        """Do nothing: what is committed is kept."""


class _How(NamedTuple):
    """How a list is cut up and how many processes check it."""

    chunk_records: int
    processes: int | None


@dataclass(frozen=True)
class _Run:
    """One turn of one worker at one list."""

    batch: ImportBatch
    reading: Reading
    clock: Clock
    is_stopping: Callable[[], bool]

    def move(self, **changes: Any) -> None:
        """Write how far the list is.

        :raises WrongState: when somebody stopped it, or another worker took it.
        """
        mine = ImportBatch.objects.filter(
            pk=self.batch.pk, turn=self.batch.turn, state=BatchState.RUNNING
        )
        if not mine.update(touched_at=self.clock(), **changes):
            raise WrongState("这份名单已经停止，或由另一个进程接着导入。")

    def tell(self, counts: Counts) -> None:
        """Refuse to go on with a list that is longer than it claimed to be.

        :raises BadInput: when the list is longer than the desk allows.
        :raises Interrupted: when the worker is to stop.
        """
        if self.is_stopping():
            raise Interrupted
        if counts.position > MOST_ROWS:
            raise too_long()


def run_import(
    *,
    batch_id: int,
    clock: Clock,
    is_stopping: Callable[[], bool] = lambda: False,
    chunk_records: int = CHUNK_RECORDS,
    processes: int | None = None,
) -> None:
    """Read one list to its end, or until somebody stops it; what is wrong with it is kept.

    :raises Interrupted: when the worker is to stop; the list waits for another one.
    """
    batch = _taken(batch_id, at=clock())
    if batch is None:
        return
    try:
        refuse_strangers(batch.started_by, Permission.VOLUNTEER_IMPORT)
        how = _How(chunk_records, processes)
        _READ[ImportMode(batch.mode)](_Run(batch, _open(batch, clock, how), clock, is_stopping))
    except WrongState:
        return  # stopped, or taken by another worker: theirs is the word now
    except Interrupted:
        _give_back(batch)
        raise
    except Refusal as refusal:
        _fail(batch, refusal.sentence, at=clock())


def _taken(batch_id: int, *, at: datetime) -> ImportBatch | None:
    """Take a list that waits, or one whose worker is gone; of two workers one gets it."""
    silent = Q(state=BatchState.RUNNING, touched_at__lte=at - queries.SILENT)
    free = ImportBatch.objects.filter(Q(state=BatchState.WAITING) | silent, pk=batch_id)
    if not free.update(state=BatchState.RUNNING, turn=F("turn") + 1, touched_at=at):
        return None
    batch = ImportBatch.objects.select_related("started_by", "file").get(pk=batch_id)
    if batch.turn > MOST_TURNS:
        _fail(batch, "导入了几次都没有完成，请系统管理员查看运行日志。", at=at)
        return None
    return batch


def _give_back(batch: ImportBatch) -> None:
    """Let the next worker take the list at once, as if this one never had."""
    mine = ImportBatch.objects.filter(pk=batch.pk, turn=batch.turn, state=BatchState.RUNNING)
    mine.update(state=BatchState.WAITING, turn=F("turn") - 1, is_writing=False, touched_at=None)


def _open(batch: ImportBatch, clock: Clock, how: _How | Reading) -> Reading:
    return open_list(
        _sealed(batch),
        by=batch.started_by,
        at=clock(),
        permission=Permission.VOLUNTEER_IMPORT,
        usual=usual_of(batch),
        chunk_records=how.chunk_records,
        processes=how.processes,
    )


def _sealed(batch: ImportBatch) -> Source:
    """Return the list as it lies sealed in the storage; it is never wholly in memory.

    :raises Refusal: when it is opened and is not there.
    """
    stored, bound_to = batch.file, f"import:{batch.digest}"

    def opened() -> BinaryIO:
        if stored is None:
            raise Refusal(_GONE)
        try:
            sealed = storage.open_stored(stored.key)
        except FileNotFoundError as error:
            raise Refusal(_GONE) from error
        return personal.open_sealed_file(sealed, bound_to=bound_to)

    return Source(batch.file_name, opened)


@transaction.atomic
def _fail(batch: ImportBatch, sentence: str, *, at: datetime) -> None:
    mine = ImportBatch.objects.filter(
        pk=batch.pk, turn=batch.turn, state__in=BATCH_FLOW.sources("fail")
    )
    target = BatchState.FAILED
    if mine.update(state=target, finished_at=at, problem=sentence[:300]):
        record("people.fail_import", batch, by=batch.started_by, at=at)
        forget_file(batch, at=at)


def _check(run: _Run) -> Counts:
    """Look at the whole list and keep what would become of each row."""
    counts = Counts(run.reading.found.header.row, 0, 0, 0)
    lines = Lines(run.batch)
    ImportLine.objects.filter(batch=run.batch).delete()
    for result, new, said in run.reading.looks():
        counts = counts.plus(new, position=result.position)
        run.tell(counts)
        with transaction.atomic():
            lines.write(said)
            run.move(**counts._asdict())
    return counts


def _end(run: _Run, verb: str, *, imported: int | None = None) -> None:
    at = run.clock()
    target = BATCH_FLOW.after(verb, BatchState.RUNNING)
    counts = {} if imported is None else {"imported": imported}
    with transaction.atomic():
        run.move(state=target, finished_at=at, problem=_notes(run), **counts)
        record(f"people.{verb}_import", run.batch, by=run.batch.started_by, at=at)


def _notes(run: _Run) -> str:
    return " ".join(odd_things(run.reading.found.table))[:300]


def _try(run: _Run) -> None:
    _check(run)
    _end(run, "check")


def _all_or_nobody(run: _Run) -> None:
    for _ in range(_MOST_TRIES):
        if _check(run).refused:
            _end(run, "refuse", imported=0)
            return
        run.move(is_writing=True)
        run = _reopened(run)
        try:
            _write_all(run)
        except NotWhole:
            run.move(is_writing=False)
            run = _reopened(run)
        else:
            return
    raise Refusal("名单里的人正同时在别处登记，没有导入任何人，请稍后重新上传。")


def _reopened(run: _Run) -> _Run:
    """Return the run with its list open from the beginning."""
    return replace(run, reading=_open(run.batch, run.clock, run.reading))


def _write_all(run: _Run) -> None:
    """Write everybody in one transaction; the row of the list is touched last.

    Touched earlier it would be locked, and nobody could stop the import meanwhile.
    """
    by, at = run.batch.started_by, run.reading.ground.at
    with transaction.atomic():
        ImportLine.objects.filter(batch=run.batch).delete()
        counts = write_everybody(
            run.reading, run.batch, Lines(run.batch), by=by, at=at, tell=run.tell
        )
        run.move(**counts._asdict())
        _finish(run)


def _skip(run: _Run) -> None:
    batch, at = run.batch, run.reading.ground.at
    by, lines = batch.started_by, Lines(run.batch)
    for chunk, result in run.reading.results(position=batch.position):
        run.tell(Counts(result.position, 0, 0, 0))
        batch = write_either(run.reading, batch, chunk, result, lines, by=by, at=at)
        run.move()
    with transaction.atomic():
        _finish(run)


def _finish(run: _Run) -> None:
    at = run.clock()
    run.move(problem=_notes(run))
    run.batch.refresh_from_db()
    finish_import(batch=run.batch, by=run.batch.started_by, at=at)
    forget_file(run.batch, at=at)


_READ: dict[ImportMode, Callable[[_Run], None]] = {
    ImportMode.TRIAL: _try,
    ImportMode.WHOLE: _all_or_nobody,
    ImportMode.SKIP: _skip,
}
