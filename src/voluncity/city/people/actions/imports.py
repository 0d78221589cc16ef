"""Write an imported list: one transaction for each chunk of it, so that nothing is half written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from django.db import connection, models, transaction

from voluncity.city.journal.actions import record
from voluncity.city.people import queries
from voluncity.city.people.lists.checking import CHECKED, NUMBER, PHONE_INDEX, Person, Result
from voluncity.city.people.lists.reports import IMPORTED, Line, Sink
from voluncity.city.people.models import Consent, FreeTime, Guardian, ImportBatch, User, Volunteer
from voluncity.city.people.rules import PAPER_TEXT
from voluncity.city.people.states import BATCH_FLOW, BatchState, IdentityState, Origin, Purpose
from voluncity.kernel.bulk import copy_rows
from voluncity.kernel.refusals import WrongState

HIDDEN_ROW = "提醒：这一行在表格里是隐藏的，请核对。"
SHARED_PHONE = "提醒：这个手机号还有别的志愿者在用，请核对；家人合用的不用改。"


@transaction.atomic
def begin_import(
    *, file_name: str, digest: str, report_path: str, by: User, at: datetime
) -> ImportBatch:
    """Remember that this file is being imported; the same file again is the same batch."""
    batch, is_new = ImportBatch.objects.get_or_create(
        digest=digest,
        started_by=by,
        origin=Origin.COMMAND,
        defaults={
            "file_name": file_name[-200:],
            "report_path": report_path,
            "started_at": at,
        },
    )
    if is_new:
        record("people.begin_import", batch, by=by, at=at)
    return batch


@transaction.atomic
def write_chunk(
    *, batch: ImportBatch, result: Result, report: Sink, by: User, at: datetime
) -> ImportBatch:
    """Write who passed, the lines of the report and the new position, together or not at all.

    Imported people wait for their real-name check: a list is no look at the papers
    (docs/decisions/0008-imported-lists.md).

    :raises WrongState: when another process imports this file at the same time.
    :raises django.db.IntegrityError: when somebody else took one of the numbers just now.
    """
    _take_turn(batch, result.position)
    new = queries.newcomers(result)
    length = write_newcomers(batch=batch, new=new, result=result, report=report, by=by, at=at)
    ImportBatch.objects.filter(pk=batch.pk).update(
        imported=batch.imported + len(new.people),
        known=batch.known + new.known,
        refused=batch.refused + new.refused,
        report_bytes=length,
    )
    batch.refresh_from_db()
    return batch


def write_newcomers(
    *,
    batch: ImportBatch,
    new: queries.Newcomers,
    result: Result,
    report: Sink,
    by: User,
    at: datetime,
) -> int:
    """Write new people, the lines and the journal's entry; return the length of the report.

    Within a transaction of the caller, who also moves the batch on.
    """
    ids = _write_people(new.people, by, at)
    length = report.write(sorted([*new.lines, *imported_lines(new)]))
    record(
        "people.import", batch, by=by, at=at,
        position=result.position, count=len(ids), first=min(ids, default=None),
        last=max(ids, default=None),
    )  # fmt: skip
    return length


def _take_turn(batch: ImportBatch, position: int) -> None:
    """Move the batch on from where it was read, before anything else is written.

    Of two processes one waits here for the other's end, and then sees that it is too late.

    :raises WrongState: when it stands elsewhere by now.
    """
    here = ImportBatch.objects.filter(
        pk=batch.pk, position=batch.position, state=BatchState.RUNNING, turn=batch.turn
    )
    if not here.update(position=position):
        raise WrongState("这个文件正由另一个进程导入，请等它结束，再看结果文件。")


@transaction.atomic
def finish_import(*, batch: ImportBatch, by: User, at: datetime) -> ImportBatch:
    """Write down that the whole file is read.

    :raises WrongState: when it was finished already.
    """
    target = BATCH_FLOW.after("finish", batch.state)
    running = ImportBatch.objects.filter(
        pk=batch.pk, position=batch.position, state=BatchState.RUNNING, turn=batch.turn
    )
    if not running.update(state=target, finished_at=at):
        raise WrongState("这个文件刚刚由另一个进程导入完了，请看结果文件。")
    record("people.finish_import", batch, by=by, at=at, imported=batch.imported)
    batch.refresh_from_db()
    return batch


def imported_lines(new: queries.Newcomers, *, outcome: str = IMPORTED) -> Iterator[Line]:
    """Return the report's lines about those who are new."""
    for one in new.people:
        words = SHARED_PHONE if one.values[PHONE_INDEX] in new.shared_phones else ""
        words += HIDDEN_ROW if one.row in new.hidden else ""
        yield Line(one.row, outcome, str(one.values[NUMBER]), *one.masked, words)


def _write_people(people: Sequence[Person], by: User, at: datetime) -> list[int]:
    """Insert volunteers with everything that belongs to them; return their ids."""
    ids = _reserved_ids(Volunteer, len(people))
    same = (None, "", IdentityState.UNVERIFIED, "", by.pk, None)
    columns = (
        "id", *CHECKED, "user", "address_cipher", "identity_state", "identity_reason",
        "registered_by", "closed_at",
    )  # fmt: skip
    pairs = list(zip(ids, people, strict=True))
    copy_rows(Volunteer, columns, ((pk, *one.values, *same) for pk, one in pairs))
    copy_rows(
        Consent,
        ("volunteer", "purpose", "text_version", "given_at", "given_by"),
        ((pk, str(Purpose.TERMS), PAPER_TEXT, at, by.pk) for pk in ids),
    )
    _write_offers(pairs)
    copy_rows(
        Guardian,
        (
            "volunteer",
            "name",
            "relation",
            "phone_cipher",
            "phone_index",
            "consented_at",
            "is_holder",
        ),
        ((pk, *one.guardian, at, False) for pk, one in pairs if one.guardian),
    )
    return ids


def _write_offers(pairs: Iterable[tuple[int, Person]]) -> None:
    copy_rows(
        Volunteer.skills.through,
        ("volunteer", "skill"),
        ((pk, skill) for pk, one in pairs for skill in one.skills),
    )
    copy_rows(
        Volunteer.intentions.through,
        ("volunteer", "category"),
        ((pk, category) for pk, one in pairs for category in one.categories),
    )
    copy_rows(
        FreeTime,
        ("volunteer", "weekday", "part"),
        ((pk, day, part) for pk, one in pairs for day, part in one.free_times),
    )


def _reserved_ids(model: type[models.Model], count: int) -> list[int]:
    """Take so many ids that no other insert will get; within a transaction."""
    table = model._meta.db_table  # noqa: SLF001 -- Django's documented API
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                [table, count],
            )
            return [row[0] for row in cursor.fetchall()]
        # SQLite's write lock is held since the transaction began: nobody inserts meanwhile.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        found = cursor.fetchone()
    start = (found[0] if found else 0) + 1
    return list(range(start, start + count))
