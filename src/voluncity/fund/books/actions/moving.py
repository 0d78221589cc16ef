"""Move a fund's money: every movement is a transfer of the ledger with what it was for.

The key makes a movement happen once: the same key with the same facts returns the first one.
Restricted money (`purpose`) only ever goes to what it was given for; a purse is never negative,
which the ledger's own conditional update and the database decide.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import models

from voluncity.fund.books.actions.writing import move
from voluncity.fund.books.models import Entry
from voluncity.fund.books.states import EntryKind as K
from voluncity.fund.governance.models import Fund, Purpose, Resolution


def receive(  # noqa: PLR0913 -- a movement has that many facts
    *,
    fund: Fund,
    purpose: Purpose | None,
    amount_fen: int,
    key: str,
    source: str,
    reason: str,
    at: datetime,
    by: models.Model | None,
    on: date | None = None,
) -> Entry:
    """Book a gift that the foundation has received; `on` is the day on its bank statement.

    :raises BadInput: when the amount or the reason makes no sense.
    :raises Refusal: when the fund has ended, or the key stands for another movement.
    """
    return move(
        K.GIFT, fund=fund, purpose=purpose, serves=purpose, amount_fen=amount_fen, key=key,
        source=source, reason=reason, at=at, by=by, on=on,
    )  # fmt: skip


def give_back(  # noqa: PLR0913 -- a movement has that many facts
    *,
    fund: Fund,
    purpose: Purpose | None,
    amount_fen: int,
    key: str,
    source: str,
    reason: str,
    at: datetime,
    by: models.Model | None,
    on: date | None = None,
) -> Entry:
    """Book that a gift went back to its donor; `source` is that of the gift.

    :raises BadInput: when the amount or the reason makes no sense.
    :raises Refusal: when there is not so much left, or the key stands for another movement.
    """
    return move(
        K.REFUND, fund=fund, purpose=purpose, serves=purpose, amount_fen=amount_fen, key=key,
        source=source, reason=reason, at=at, by=by, on=on,
    )  # fmt: skip


def reserve(  # noqa: PLR0913 -- a movement has that many facts
    *,
    fund: Fund,
    purpose: Purpose | None,
    serves: Purpose | None,
    award: str,
    amount_fen: int,
    key: str,
    resolution: Resolution,
    reason: str,
    at: datetime,
    by: models.Model | None,
) -> Entry:
    """Keep money for an awarded project (`award`: "application:12") that serves a purpose.

    :raises Refusal: when there is not so much, the purse is bound to another purpose, or the
        resolution is another fund's or repealed.
    """
    return move(
        K.RESERVE, fund=fund, purpose=purpose, serves=serves, amount_fen=amount_fen, key=key,
        source=award, reason=reason, at=at, by=by, award=award, resolution=resolution,
    )  # fmt: skip


def release(  # noqa: PLR0913 -- a movement has that many facts
    *,
    fund: Fund,
    purpose: Purpose | None,
    serves: Purpose | None,
    award: str,
    amount_fen: int,
    key: str,
    reason: str,
    at: datetime,
    by: models.Model | None,
) -> Entry:
    """Give what a project does not need any more back to the purse that it came from.

    :raises Refusal: when less than that is reserved.
    """
    return move(
        K.RELEASE, fund=fund, purpose=purpose, serves=serves, amount_fen=amount_fen, key=key,
        source=award, reason=reason, at=at, by=by, award=award,
    )  # fmt: skip


def pay(  # noqa: PLR0913 -- a movement has that many facts
    *,
    fund: Fund,
    purpose: Purpose | None,
    serves: Purpose | None,
    award: str,
    amount_fen: int,
    key: str,
    source: str,
    reason: str,
    at: datetime,
    by: models.Model | None,
    on: date | None = None,
) -> Entry:
    """Book what was paid to a project; never more than was reserved for it.

    :raises Refusal: when less than that is reserved.
    """
    return move(
        K.PAYMENT, fund=fund, purpose=purpose, serves=serves, amount_fen=amount_fen, key=key,
        source=source, reason=reason, at=at, by=by, award=award, on=on,
    )  # fmt: skip


def take_back(  # noqa: PLR0913 -- a movement has that many facts
    *,
    fund: Fund,
    purpose: Purpose | None,
    serves: Purpose | None,
    award: str,
    amount_fen: int,
    key: str,
    source: str,
    reason: str,
    at: datetime,
    by: models.Model | None,
    on: date | None = None,
) -> Entry:
    """Book what a project returned; it is reserved for it again until it is released.

    :raises Refusal: when the project never got so much.
    """
    return move(
        K.RETURN, fund=fund, purpose=purpose, serves=serves, amount_fen=amount_fen, key=key,
        source=source, reason=reason, at=at, by=by, award=award, on=on,
    )  # fmt: skip
