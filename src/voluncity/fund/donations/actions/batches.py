"""Take over the list of a designated platform: look first, take, then another person books it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from secrets import token_hex
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Sum

from voluncity.city.access import personal
from voluncity.city.journal.actions import record
from voluncity.city.people.lists.source import Source, digest
from voluncity.city.people.models import User
from voluncity.fund.books import actions as books
from voluncity.fund.donations.actions.gifts import bound_to
from voluncity.fund.donations.actions.steps import refuse_own, step
from voluncity.fund.donations.models import Appeal, Batch, Gift
from voluncity.fund.donations.rules.files import FileRow, read_gifts
from voluncity.fund.donations.states import BATCH_FLOW, SHOWN, BatchState, Channel, GiftState
from voluncity.kernel.money import yuan_text
from voluncity.kernel.refusals import WrongState

FAULTS_KEPT = 200
_NAME_MOST = 100
KEPT_UNTAKEN = timedelta(days=30)


@transaction.atomic
def look_at_file(*, appeal: Appeal, source: Source, by: User, at: datetime) -> Batch:
    """Read a file and say what taking it would do; nothing is taken yet.

    :raises BadInput: when it is no list of gifts.
    :raises WrongState: when the appeal is not published.
    """
    if appeal.state not in SHOWN:
        raise WrongState("这个募捐还没有发布，不能导入捐赠。", code="donations.not_shown")
    read = read_gifts(source, at=at)
    known = _known(read.rows)
    new, faults = [], list(read.faults)
    for row in read.rows:
        before = known.get(row.receipt_no)
        if before is None:
            new.append(row)
        elif before != row.amount_fen:
            faults.append((
                row.row,
                f"这个流水号已经登记过，金额是 {yuan_text(before)}，与文件里的不同，请核对。",
            ))  # fmt: skip
    key, wrong = token_hex(16), len(faults)
    batch = Batch.objects.create(
        appeal=appeal, key=key, file_name=source.name[-_NAME_MOST:] or "捐赠明细",
        digest=digest(source), rows=len(read.rows) + len(read.faults), new=len(new), wrong=wrong,
        known=len(read.rows) + len(read.faults) - len(new) - wrong,
        new_fen=sum(row.amount_fen for row in new), faults=sorted(faults)[:FAULTS_KEPT],
        content_cipher=personal.seal(_packed(new), bound_to=f"batch:{key}"), at=at, by=by,
    )  # fmt: skip
    record("donations.look_at_file", batch, by=by, at=at, appeal=appeal.pk, rows=batch.rows)
    return batch


def _known(rows: Sequence[FileRow]) -> dict[str, int]:
    numbers = [row.receipt_no for row in rows]
    found: dict[str, int] = {}
    for first in range(0, len(numbers), 500):  # SQLite takes so many values at a time
        some = Gift.objects.filter(
            channel=Channel.PLATFORM, receipt_no__in=numbers[first : first + 500]
        )
        found |= dict(some.values_list("receipt_no", "amount_fen"))
    return found


@transaction.atomic
def take_batch(*, batch: Batch, by: User, at: datetime) -> Batch:
    """Write the new gifts of a file down; they wait for another person.

    :raises WrongState: when it was taken before, has nothing new, or another file brought the same.
    """
    if not batch.new:
        raise WrongState("这个文件里没有新的捐赠，不用导入。", code="donations.nothing_new")
    sealed = batch.content_cipher
    step(batch, BATCH_FLOW, "take", taken_at=at, content_cipher="", by=by)
    rows = _unpacked(personal.unseal(sealed, bound_to=f"batch:{batch.key}"))
    gifts = [_gift(batch, row, by=by, at=at) for row in rows]
    try:
        with transaction.atomic():
            Gift.objects.bulk_create(gifts, batch_size=500)
    except IntegrityError as error:
        raise WrongState(
            "有的流水号刚刚由另一个文件导入了，请重新上传核对。", code="donations.receipt_known"
        ) from error
    record("donations.take_batch", batch, by=by, at=at, count=len(gifts), fen=batch.new_fen)
    return batch


def _gift(batch: Batch, row: dict[str, Any], *, by: User, at: datetime) -> Gift:
    key = token_hex(16)
    bound, phone = bound_to(key), row["phone"]
    return Gift(
        appeal_id=batch.appeal_id, purpose_id=batch.appeal.purpose_id, batch=batch, key=key,
        channel=Channel.PLATFORM, receipt_no=row["no"], amount_fen=row["fen"],
        given_at=datetime.fromisoformat(row["at"]),
        donor_cipher=personal.seal(row["donor"], bound_to=bound),
        phone_cipher=personal.seal(phone, bound_to=bound),
        phone_index=personal.index(phone, purpose="phone") if phone else "",
        is_anonymous=row["anonymous"], message=row["message"], recorded_at=at, recorded_by=by,
    )  # fmt: skip


@transaction.atomic
def book_batch(*, batch: Batch, by: User, at: datetime) -> Batch:
    """Book a whole file by one movement, as the platform pays it out; another person than took it.

    :raises NotAllowed: when one took it oneself.
    :raises WrongState: when somebody was faster.
    """
    refuse_own(batch.by_id, by, _OWN)
    step(batch, BATCH_FLOW, "book", booked_at=at, booked_by=by)
    waiting = batch.gifts.filter(state=GiftState.RECORDED)
    count = waiting.update(state=GiftState.BOOKED, decided_at=at, decided_by=by)
    # Only now: somebody might have refused one of them a moment ago.
    booked = batch.gifts.filter(state=GiftState.BOOKED)
    fen = booked.aggregate(fen=Sum("amount_fen", default=0))["fen"]
    books.receive(
        fund=batch.appeal.fund, purpose=batch.appeal.purpose, amount_fen=fen,
        key=f"batch:{batch.pk}", source=f"batch:{batch.pk}",
        reason=f"指定平台捐赠 {count} 笔（导入批次 {batch.pk}）", at=at, by=by,
    )  # fmt: skip
    record("donations.book_batch", batch, by=by, at=at, count=count, fen=fen)
    return batch


_OWN = "这个文件是您导入的，请由另一位工作人员复核。"


@transaction.atomic
def discard_batch(*, batch: Batch, by: User, at: datetime) -> Batch:
    """Throw a file away; its numbers may come again in a right one.

    :raises NotAllowed: when it was taken, by oneself.
    """
    if batch.state == BatchState.TAKEN:
        refuse_own(batch.by_id, by, _OWN)
    step(batch, BATCH_FLOW, "discard", content_cipher="")
    batch.gifts.filter(state=GiftState.RECORDED).update(
        state=GiftState.REFUSED, decided_at=at, decided_by=by, receipt_no="", words="导入批次已作废"
    )
    record("donations.discard_batch", batch, by=by, at=at)
    return batch


def discard_forgotten(*, at: datetime) -> int:
    """Throw away files that were looked at and never taken: they hold names and phones.

    Return how many.
    """
    forgotten = Batch.objects.filter(state=BatchState.LOOKED_AT, at__lt=at - KEPT_UNTAKEN)
    pks = list(forgotten.values_list("pk", flat=True)[:500])
    return sum(_forget(pk, at=at) for pk in pks)


@transaction.atomic
def _forget(pk: int, *, at: datetime) -> bool:
    waiting = Batch.objects.filter(pk=pk, state=BatchState.LOOKED_AT)
    is_gone = waiting.update(state=BatchState.DISCARDED, content_cipher="")
    if is_gone:
        record("donations.discard_batch", Batch.objects.get(pk=pk), by=None, at=at)
    return bool(is_gone)


def _packed(rows: Sequence[FileRow]) -> str:
    return json.dumps(
        [
            {
                "no": row.receipt_no, "fen": row.amount_fen, "donor": row.donor,
                "at": row.given_at.astimezone(UTC).isoformat(), "phone": row.phone,
                "anonymous": row.is_anonymous, "message": row.message,
            }
            for row in rows
        ],
        ensure_ascii=False,
    )  # fmt: skip


def _unpacked(text: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(text)
    return found
