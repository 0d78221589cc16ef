"""A list at the desk: uploaded, started, stopped, gone on with, given up, forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from voluncity.city.access import personal
from voluncity.city.access.permissions import Permission
from voluncity.city.files import actions as files
from voluncity.city.files.models import FileKind
from voluncity.city.journal.actions import record
from voluncity.city.people import queries
from voluncity.city.people.actions.importing import refuse_strangers
from voluncity.city.people.lists.finding import Found, find_list
from voluncity.city.people.lists.ground import Usual
from voluncity.city.people.lists.previews import preview_of
from voluncity.city.people.lists.source import Source, digest, size
from voluncity.city.people.models import IdentityBatch, ImportBatch, ImportLine, User
from voluncity.city.people.states import (
    BATCH_FLOW,
    OPEN_BATCHES,
    BatchState,
    Channel,
    ImportMode,
    Origin,
)
from voluncity.kernel import text
from voluncity.kernel.refusals import BadInput, WrongState

MOST_BYTES = 200 * 1024 * 1024  # 750,000 people: 54 MB as XLSX, 89 MB as CSV
MOST_ROWS = 1_000_000
FILE_KEPT, LINES_KEPT = timedelta(days=7), timedelta(days=90)
_PREVIEW_ROWS = 10
_CONTENT_TYPE = "application/octet-stream"  # sealed: nothing opens it
_FOR_ALL = frozenset({"region", "agreed"})  # columns for which one answer may count for all


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What the desk chooses before a list is read."""

    mode: str
    region_id: int | None = None
    channel: str = Channel.PAPER
    organization_id: int | None = None
    is_signed: bool = False


def upload_list(*, source: Source, by: User, at: datetime) -> ImportBatch:
    """Look at a file and keep it sealed until it is imported; the same file is kept once.

    :raises BadInput: at `file`, when it is too large or no list of volunteers.
    :raises NotAllowed: when `by` may not import lists.
    """
    refuse_strangers(by, Permission.VOLUNTEER_IMPORT)
    if size(source) > MOST_BYTES:
        raise BadInput(
            f"文件最大 {MOST_BYTES // 1024 // 1024} MB，请拆成几个文件，或请系统管理员用命令导入。",
            field="file",
        )
    mark = digest(source)
    found = find_list(source, given=_FOR_ALL)
    if found.table.rows > MOST_ROWS * 2:  # the claim may be wrong; the reading counts
        raise too_long()
    preview = preview_of(found, islice(found.records, _PREVIEW_ROWS))
    open_batch = queries.open_batch(mark, by=by)
    return open_batch or _kept(source, mark, found, preview, by=by, at=at)


def too_long() -> BadInput:
    """Return the refusal of a list that would keep the worker too long."""
    return BadInput(
        f"工作台一次最多导入 {MOST_ROWS:,} 行，请拆成几个文件，或请系统管理员用命令导入。",
        field="file",
    )


def _kept(
    source: Source, mark: str, found: Found, preview: dict[str, Any], *, by: User, at: datetime
) -> ImportBatch:
    file_name = text.clean(source.name)[-100:] or "名单"
    with source.open() as plain:  # before the transaction: a long file takes its time
        written = files.put_down(personal.seal_file(plain, bound_to=f"import:{mark}"))
    try:
        with transaction.atomic():
            stored = files.store_written(
                written,
                subject=f"import:{mark[:16]}",
                by=by,
                at=at,
                kind=FileKind.DOCUMENT,
                content_type=_CONTENT_TYPE,
                original_name=file_name,
            )
            batch = ImportBatch.objects.create(
                origin=Origin.DESK,
                mode=ImportMode.TRIAL,
                file_name=file_name,
                digest=mark,
                state=BatchState.DRAFT,
                started_at=at,
                started_by=by,
                file=stored,
                sheet=found.table.name[:100],
                rows=max(found.table.rows - found.header.row, 0),
                preview=preview,
            )
            record("people.upload_list", batch, by=by, at=at)
    except IntegrityError:  # sent twice at once: the first is it
        earlier = queries.open_batch(mark, by=by)
        if earlier is None:
            raise
        return earlier
    return batch


@transaction.atomic
def start_import(*, batch: ImportBatch, choices: Choices, by: User, at: datetime) -> ImportBatch:
    """Let a worker read the list, in the chosen way.

    :raises BadInput: at `region`, `is_signed`, `organization` or `mode`.
    :raises WrongState: when it runs already, or its file is not kept any more.
    """
    target = BATCH_FLOW.after("start", batch.state)
    _refuse_wrong_choices(batch, choices, by, at)
    waiting = ImportBatch.objects.filter(
        pk=batch.pk, state__in=BATCH_FLOW.sources("start"), file__isnull=False
    )
    try:
        with transaction.atomic():
            moved = waiting.update(
                state=target,
                mode=choices.mode,
                region=choices.region_id,
                channel=choices.channel,
                organization=choices.organization_id,
                is_signed=choices.is_signed,
                is_writing=False,
                finished_at=None,
                touched_at=at,
                position=0,
                imported=0,
                known=0,
                refused=0,
                problem="",
            )
    except IntegrityError as error:
        raise WrongState("同一个文件已经在导入，请看导入记录。") from error
    if not moved:
        raise WrongState("这份名单已经开始，或文件已经删除，请刷新页面；需要的话请重新上传。")
    ImportLine.objects.filter(batch=batch).delete()
    record("people.start_import", batch, by=by, at=at, mode=choices.mode)
    batch.refresh_from_db()
    return batch


def _refuse_wrong_choices(batch: ImportBatch, choices: Choices, by: User, at: datetime) -> None:
    if choices.mode not in ImportMode.values:
        raise BadInput("请选择导入方式。", field="mode")
    if choices.channel not in Channel.values:
        raise BadInput("没有这种招募渠道，请重新选择。", field="channel")
    missing = batch.preview.get("missing", [])
    if "所在社区" in missing and choices.region_id is None:
        raise BadInput("名单里没有“所在社区”这一列，请在这里选择大家所在的社区。", field="region")
    if "本人同意" in missing and not choices.is_signed:
        raise BadInput(
            "名单里没有“本人同意”这一列。确认每个人都已在纸质登记表上签字的，请勾选；没有的请先补签。",
            field="is_signed",
        )
    near = queries.import_ground(by=by, at=at, permission=Permission.VOLUNTEER_IMPORT)
    if choices.region_id is not None and choices.region_id not in near.regions.values():
        raise BadInput("这个社区不在您的管理范围内，请重新选择。", field="region")
    is_near = choices.organization_id in near.organizations.values()
    if choices.organization_id is not None and not is_near:
        raise BadInput("这个组织不在您的管理范围内，请重新选择。", field="organization")


def usual_of(batch: ImportBatch) -> Usual:
    """Return what counts for every record that says nothing else."""
    return Usual(
        region=batch.region_id,
        channel=batch.channel,
        organization=batch.organization_id,
        is_signed=batch.is_signed,
    )


@transaction.atomic
def stop_import(*, batch: ImportBatch, by: User, at: datetime) -> None:
    """Let the worker stop before the next chunk; who came in stays, all-or-nothing writes nobody.

    :raises WrongState: when it is over already.
    """
    _step("stop", batch, by=by, at=at)


@transaction.atomic
def resume_import(*, batch: ImportBatch, by: User, at: datetime) -> None:
    """Go on with a list that was stopped.

    :raises WrongState: when it was not stopped, or its file is not kept any more.
    """
    if batch.file_id is None:
        raise WrongState("名单文件已经删除，请重新上传；已导入的人不会重复。")
    _step("resume", batch, by=by, at=at)


@transaction.atomic
def discard_import(*, batch: ImportBatch, by: User | None, at: datetime) -> None:
    """Give a list up, and forget its file.

    :raises WrongState: while it runs, and when it is over.
    """
    _step("discard", batch, by=by, at=at, finished_at=at)
    forget_file(batch, at=at)


def _step(verb: str, batch: ImportBatch, *, by: User | None, at: datetime, **more: Any) -> None:
    target = BATCH_FLOW.after(verb, batch.state)
    here = ImportBatch.objects.filter(pk=batch.pk, state__in=BATCH_FLOW.sources(verb))
    if not here.update(state=target, touched_at=at, **more):
        raise WrongState("这份名单的状态刚刚变了，请刷新页面。")
    record(f"people.{verb}_import", batch, by=by, at=at)


def forget_file(batch: ImportBatch, *, at: datetime) -> None:
    """Forget the list itself; what became of its rows is kept."""
    if batch.file is not None:
        stored, batch.file = batch.file, None
        ImportBatch.objects.filter(pk=batch.pk).update(file=None)
        files.remove(stored, at=at)


@transaction.atomic
def note_report_read(*, batch: ImportBatch | IdentityBatch, by: User, at: datetime) -> None:
    """Write down that a report left the house."""
    record("people.read_report", batch, by=by, at=at)


def forget_lists(*, at: datetime) -> None:
    """Forget files that lie for a week, and reports of a quarter ago."""
    old = ImportBatch.objects.filter(started_at__lte=at - FILE_KEPT, file__isnull=False)
    for batch in old.select_related("file").exclude(state=BatchState.RUNNING):
        with transaction.atomic():
            if batch.state in OPEN_BATCHES:
                ImportBatch.objects.filter(pk=batch.pk).update(
                    state=BatchState.DISCARDED, finished_at=at
                )
                record("people.discard_import", batch, by=None, at=at)
            forget_file(batch, at=at)
    ended = Q(batch__finished_at__lte=at - LINES_KEPT)
    ImportLine.objects.filter(ended).delete()
