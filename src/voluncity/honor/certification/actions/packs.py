"""Take the certificates of a batch out as one file: asked for, made by a worker, swept."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet

from voluncity.city.files import actions as files
from voluncity.city.files.models import FileKind, StoredFile
from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.honor.certification import queries
from voluncity.honor.certification.models import Batch, Honor, Pack
from voluncity.honor.certification.states import PACK_FLOW, BatchState, PackState
from voluncity.kernel.refusals import Refusal, WrongState
from voluncity.kernel.workbook import write_sheet

Clock = Callable[[], datetime]
Print = Callable[[list[Honor]], bytes]
SILENT = timedelta(minutes=3)
KEPT = timedelta(days=30)
MOST_TURNS = 5
TYPE = "application/zip"
COLUMNS = (("等次", 14), ("姓名", 12), ("志愿者编号", 18), ("区域", 20), ("累计时长（小时）", 16),
           ("证书编号", 22), ("推荐", 8))  # fmt: skip


class _Taken(Exception):
    """Another worker makes the pack now."""


@transaction.atomic
def ask_pack(*, batch_id: int, by: User, at: datetime) -> Pack:
    """Ask for the certificates of a certified batch with the list and the press text.

    :raises Refusal: when nothing is certified, or it is being made already.
    """
    batch = Batch.objects.get(pk=batch_id)
    total = queries.live_honors(batch).count()
    if batch.state != BatchState.CERTIFIED or not total:
        raise Refusal("认定以后才能打包证书。", code="certification.nothing")
    pack = Pack(batch=batch, owner=by, asked_at=at, touched_at=at, total=total)
    try:
        with transaction.atomic():
            pack.save(force_insert=True)
    except IntegrityError as error:
        raise WrongState(
            "证书正在打包，请等它完成。", code="certification.one_at_a_time"
        ) from error
    record("certification.ask_pack", pack, by=by, at=at, batch=batch.pk, honors=total)
    return pack


def make_pack(*, pack_id: int, print_honors: Print, clock: Clock) -> None:
    """Write the ZIP; killed meanwhile, another worker begins again (`silent_packs`).

    Not one transaction: meanwhile `done` tells how far it is. Only the end counts.
    """
    pack = Pack.objects.select_related("owner", "batch__region", "batch__ladder").get(pk=pack_id)
    if not _take(pack, at=clock()):
        return
    honors = list(queries.live_honors(pack.batch))
    try:
        written = files.put_down(_pieces(pack, honors, print_honors, clock))
        _finish(pack, written, at=clock())
    except _Taken:
        return


def _pieces(pack: Pack, honors: list[Honor], print_honors: Print, clock: Clock) -> Iterator[bytes]:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        sheet = io.BytesIO()
        write_sheet(sheet, name="认定名单", columns=COLUMNS, rows=map(_row, honors))
        archive.writestr("认定名单.xlsx", sheet.getvalue())
        archive.writestr("新闻稿.txt", queries.press_text(pack.batch))
        for number, honor in enumerate(honors, start=1):
            name = f"证书/{honor.name}/{honor.serial} {honor.facts['name']}.pdf"
            archive.writestr(name, print_honors([honor]))
            if not _mine(pack).update(done=number, touched_at=clock()):
                raise _Taken
    yield out.getvalue()


def _row(honor: Honor) -> tuple[str, ...]:
    facts = honor.facts
    return (
        honor.name, facts["name"], facts["number"], honor.volunteer.region.name,
        f"{facts['values']['minutes'] / 60:.1f}", honor.serial, "" if facts["by_rule"] else "推荐",
    )  # fmt: skip


def _take(pack: Pack, *, at: datetime) -> bool:
    """Become the one who makes it: not yet begun, or its worker has been silent for long."""
    waiting = Pack.objects.filter(pk=pack.pk, state=PackState.WAITING, turn=pack.turn)
    if pack.turn and pack.touched_at > at - SILENT:
        return False
    if pack.turn >= MOST_TURNS:
        waiting.update(state=PACK_FLOW.after("fail", PackState.WAITING))
        return False
    if not waiting.update(turn=F("turn") + 1, touched_at=at, done=0):
        return False
    pack.turn += 1
    return True


def _mine(pack: Pack) -> QuerySet[Pack]:
    return Pack.objects.filter(pk=pack.pk, state=PackState.WAITING, turn=pack.turn)


@transaction.atomic
def _finish(pack: Pack, written: files.Written, *, at: datetime) -> None:
    stored = files.store_written(
        written, subject=f"certification_pack:{pack.pk}", by=pack.owner, at=at,
        kind=FileKind.DOCUMENT, content_type=TYPE, original_name=f"{pack.batch.title} 证书.zip",
    )  # fmt: skip
    target = PACK_FLOW.after("finish", PackState.WAITING)
    if not _mine(pack).update(state=target, file=stored, made_at=at):
        raise _Taken
    record("certification.pack", pack, by=pack.owner, at=at, batch=pack.batch_id)


def silent_packs(*, at: datetime) -> list[int]:
    """Return the packs whose worker was killed, or that nobody began."""
    silent = Pack.objects.filter(state=PackState.WAITING, touched_at__lte=at - SILENT)
    return list(silent.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def sweep_packs(*, at: datetime) -> int:
    """Delete packs that are old enough, with their files; return how many."""
    old = list(Pack.objects.filter(state=PackState.READY, made_at__lt=at - KEPT))
    Pack.objects.filter(pk__in=[one.pk for one in old]).delete()
    for stored in StoredFile.objects.filter(pk__in=[one.file_id for one in old]):
        files.remove(stored, at=at)
    return len(old)
