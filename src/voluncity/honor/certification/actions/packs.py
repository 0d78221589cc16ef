"""Take the certificates of a batch out as one file: asked for, made by a worker, swept."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial

from django.db import IntegrityError, transaction

from voluncity.city.files import actions as files
from voluncity.city.files.models import FileKind
from voluncity.city.jobs.actions import Lease, Taken, sweep
from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.honor.certification import queries
from voluncity.honor.certification.models import Batch, Honor, Pack
from voluncity.honor.certification.states import PACK_FLOW, BatchState
from voluncity.kernel.refusals import Refusal, WrongState
from voluncity.kernel.workbook import write_sheet

Clock = Callable[[], datetime]
Print = Callable[[list[Honor]], bytes]
LEASE = Lease(Pack, PACK_FLOW)
KEPT = timedelta(days=30)
TYPE = "application/zip"
COLUMNS = (("等次", 14), ("姓名", 12), ("志愿者编号", 18), ("区域", 20), ("累计时长（小时）", 16),
           ("证书编号", 22), ("推荐", 8))  # fmt: skip


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
    if not LEASE.take(pack, at=clock(), done=0):
        return
    honors = list(queries.live_honors(pack.batch))
    try:
        written = files.put_down(_pieces(pack, honors, print_honors, clock))
        _finish(pack, written, at=clock())
    except Taken:
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
            LEASE.write(pack, done=number, touched_at=clock())
    yield out.getvalue()


def _row(honor: Honor) -> tuple[str, ...]:
    facts = honor.facts
    return (
        honor.name, facts["name"], facts["number"], honor.volunteer.region.name,
        f"{facts['values']['minutes'] / 60:.1f}", honor.serial, "" if facts["by_rule"] else "推荐",
    )  # fmt: skip


@transaction.atomic
def _finish(pack: Pack, written: files.Written, *, at: datetime) -> None:
    stored = files.store_written(
        written, subject=f"certification_pack:{pack.pk}", by=pack.owner, at=at,
        kind=FileKind.DOCUMENT, content_type=TYPE, original_name=f"{pack.batch.title} 证书.zip",
    )  # fmt: skip
    LEASE.write(pack, state=LEASE.ready, file=stored, made_at=at)
    record("certification.pack", pack, by=pack.owner, at=at, batch=pack.batch_id)


def silent_packs(*, at: datetime) -> list[int]:
    """Return the packs whose worker was killed, or that nobody began."""
    return LEASE.silent(at=at)


def sweep_packs(*, at: datetime) -> int:
    """Delete packs that are old enough, with their files; return how many."""
    remove = partial(files.remove, at=at)
    return sweep(Pack.objects.all(), PACK_FLOW, before=at - KEPT, remove=remove)
