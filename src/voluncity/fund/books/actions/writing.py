"""One movement: a transfer of the ledger, and the row that says what it was for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from django.db import models, transaction

from voluncity.city.journal.actions import record
from voluncity.city.ledger import actions as ledger
from voluncity.city.ledger.models import Account, Unit
from voluncity.fund.books import rules
from voluncity.fund.books.models import Entry
from voluncity.fund.books.rules import Place
from voluncity.fund.books.states import BY_RESOLUTION, ONLY_FREE, EntryKind
from voluncity.fund.governance.models import Fund, Purpose, Resolution
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, Refusal

_FACTS = ("kind", "fund_id", "purpose_id", "serves_id", "award", "resolution_id", "sign")


@transaction.atomic
def move(  # noqa: PLR0913 -- a movement has that many facts
    kind: EntryKind,
    *,
    fund: Fund,
    purpose: Purpose | None,
    serves: Purpose | None,
    amount_fen: int,
    key: str,
    source: str,
    reason: str,
    at: datetime,
    by: models.Model | None,
    award: str = "",
    resolution: Resolution | None = None,
    on: date | None = None,
) -> Entry:
    """Make one movement once, in the ledger and in the fund's own book.

    :raises Refusal: when a rule of the fund's money says no.
    """
    _refuse_mistakes(kind, fund, purpose, serves, resolution)
    fen, said = rules.amount(amount_fen), rules.reason(reason)
    debit, credit = (_account(place) for place in rules.places(kind, fund, purpose, award))
    with _sentence_for(kind, purpose, fen):
        transfer = ledger.transfer(
            debit=debit, credit=credit, amount=fen, key=f"fund:{key}", source=source, reason=said,
            at=at, by=by,
        )  # fmt: skip
    entry = Entry(
        transfer=transfer, fund=fund, kind=kind, on=on or local_date(at), purpose=purpose,
        serves=serves, award=award, resolution=resolution,
    )  # fmt: skip
    return write(entry, at=at, by=by)


@transaction.atomic
def undo(*, entry: Entry, reason: str, on: date, at: datetime, by: models.Model | None) -> Entry:
    """Undo a movement by the opposite one; both stay in the books.

    :raises Refusal: when it was undone before, or what it brought was spent.
    """
    with _sentence_for(entry.kind, entry.purpose, entry.transfer.amount):
        back = ledger.reverse(
            transfer_id=entry.transfer_id, reason=rules.reason(reason), at=at, by=by
        )
    opposite = Entry(
        transfer=back, fund_id=entry.fund_id, kind=entry.kind, on=on, purpose=entry.purpose,
        serves=entry.serves, award=entry.award, resolution=entry.resolution, sign=-1,
    )  # fmt: skip
    return write(opposite, at=at, by=by)


def write(entry: Entry, *, at: datetime, by: models.Model | None) -> Entry:
    """Write what a transfer was for, once; the journal seals it.

    :raises Refusal: when the transfer stands for another movement.
    """
    first: Entry | None = Entry.objects.filter(transfer_id=entry.transfer_id).first()
    if first is not None:
        if any(getattr(first, name) != getattr(entry, name) for name in _FACTS):
            raise Refusal("同一编号已用于另一笔账目，请核对。", code="books.key_reused")
        return first
    entry.save(force_insert=True)
    record(
        "books.book", ("books_entry", entry.pk), by=by, at=at, fund=entry.fund_id,
        transfer=entry.transfer_id, kind=str(entry.kind), amount=entry.transfer.amount,
        purpose=entry.purpose_id, resolution=entry.resolution_id,
    )  # fmt: skip
    return entry


def _account(place: Place) -> Account:
    return ledger.open_account(
        key=place.key, unit=Unit.FEN, holder=place.holder, keeps_balance=place.keeps_balance
    )


@contextmanager
def _sentence_for(kind: str, purpose: Purpose | None, fen: int) -> Iterator[None]:
    """Say in the fund's words that there is too little."""
    try:
        yield
    except Refusal as refusal:
        if refusal.code == "ledger.too_little":
            raise rules.too_little(kind, purpose, fen) from refusal
        raise


def _refuse_mistakes(
    kind: EntryKind,
    fund: Fund,
    purpose: Purpose | None,
    serves: Purpose | None,
    resolution: Resolution | None,
) -> None:
    for one in (purpose, serves, resolution):
        if one is not None and one.fund_id != fund.pk:
            raise Refusal("这是另一个专项基金的资料，请重新选择。", code="books.other_fund")
    rules.refuse_other_use(purpose, serves)
    if kind in ONLY_FREE and purpose is not None:
        raise Refusal(
            "限定用途的捐赠不能用于管理、募捐费用，请从非限定资金列支。", code="books.restricted"
        )
    if kind in BY_RESOLUTION and resolution is None:
        raise BadInput("请选择批准这笔资金的决议。", field="resolution")
    if resolution is not None and resolution.repealed_by_id is not None:
        raise Refusal("这个决议已经废止，请选择有效的决议。", code="books.repealed")
    if kind == EntryKind.GIFT and fund.ended_on is not None:
        raise Refusal("这个专项基金已经终止，不再接受捐赠。", code="books.fund_ended")
