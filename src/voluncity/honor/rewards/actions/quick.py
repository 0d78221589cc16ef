"""Take an offer in one statement, when nothing but a piece and the points is wanted.

In a rush thousands press at the same minute. The careful way asks two dozen times; here what was
read (`queries.Chance`) is written at once if it still holds, and nothing otherwise: then the
careful way decides.

What guards what, on PostgreSQL (READ COMMITTED), in the order in which rows are locked, which is
that of the careful way:

* `purse` and `seen` (points' own pieces, `points.actions.quick`): the points are there, and nobody
  has moved any of them since this statement began to look.
* `piece` takes one of the stock on the newest row, under the terms that were read, from a merchant
  who gives. Where a day has its own stock, `held` holds the offer first, and `day` counts.
* The unique keys of vouchers keep one press, one turn of a person, and one live serial.

On SQLite a writing transaction stands alone; the same conditions are asked in it one by one.
"""

from __future__ import annotations

import json
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from secrets import randbelow
from typing import Any

from django.db import IntegrityError, connection, transaction

from voluncity.honor.points.actions import quick as points
from voluncity.honor.rewards import codes
from voluncity.honor.rewards.models import Voucher
from voluncity.honor.rewards.queries import Chance
from voluncity.honor.rewards.rules import ends
from voluncity.honor.rewards.states import VoucherState
from voluncity.kernel.statements import Statement
from voluncity.kernel.turns import writing_alone

_STILL = """
    o.id = %(offer)s AND o.state = 'open' AND o.current_id = %(version)s
    AND (o.stock IS NULL OR o.taken < o.stock)
    AND EXISTS (
        SELECT 1 FROM rewards_merchant m JOIN orgs_organization g ON g.id = m.organization_id
        WHERE m.id = o.merchant_id AND m.state = 'active' AND g.state = 'active'
    )
"""
_PIECE = f"""
    piece AS (
        UPDATE rewards_offer o SET taken = o.taken + 1 FROM seen WHERE {_STILL} RETURNING o.id
    )
"""  # noqa: S608 -- our own text
_PIECE_OF_THE_DAY = f"""
    held AS MATERIALIZED (
        SELECT o.id FROM seen, rewards_offer o WHERE {_STILL} FOR NO KEY UPDATE OF o
    ), day AS (
        UPDATE rewards_daystock d SET taken = d.taken + 1 FROM held
        WHERE d.offer_id = held.id AND d.day = %(today)s::date AND d.taken < %(stock_day)s
        RETURNING d.offer_id
    ), piece AS (
        UPDATE rewards_offer o SET taken = o.taken + 1 FROM day WHERE o.id = day.offer_id
        RETURNING o.id
    )
"""  # noqa: S608 -- our own text
_VOUCHER = """
    made AS (
        INSERT INTO rewards_voucher (handle, version_id, offer_id, merchant_id, volunteer_id, state,
            serial, period, turn, points, taken_on, taken_at, taken_by_id, use_until,
            give_back_until, paper_number, was_returned, reason)
        SELECT %(handle)s, %(version)s, piece.id, %(merchant)s, %(volunteer)s, %(state)s,
            %(serial)s, %(period)s, %(turn)s, %(points)s, %(today)s::date, %(at)s::timestamptz,
            %(by)s, %(use_until)s::date, %(give_back_until)s::date, 0, false, '' FROM piece
        RETURNING id
    )
"""
_ENTRY = """
    SELECT %(at)s::timestamptz, %(by)s::bigint, %(behalf)s::bigint, 'rewards.take', 'voucher',
        made.id, %(data)s::jsonb FROM made
"""
_SAID = """
    said AS (
        INSERT INTO journal_entry (at, actor_id, on_behalf_of_id, verb, subject_type, subject_id,
            data)
        {entries} RETURNING id
    )
"""
_NO_PURSE = "seen AS (SELECT %(offer)s AS id)"


def _text(*, costs: bool, of_the_day: bool) -> str:
    """Return the statement for offers that cost points, and for those with a stock of the day."""
    pieces = [points.HOLD if costs else _NO_PURSE, _PIECE_OF_THE_DAY if of_the_day else _PIECE]
    pieces += [points.WRITE.format(go="piece")] if costs else []
    entries = [points.ENTRY, _ENTRY] if costs else [_ENTRY]
    pieces += [_VOUCHER, _SAID.format(entries=" UNION ALL ".join(entries))]
    return f"WITH {', '.join(pieces)} SELECT made.id FROM made"  # noqa: S608 -- our own text


_AT_ONCE = {
    (costs, of_the_day): Statement(_text(costs=costs, of_the_day=of_the_day))
    for costs in (True, False)
    for of_the_day in (True, False)
}


def taken(chance: Chance, *, by_id: int, at: datetime) -> Voucher | None:
    """Take a piece as was read; None when it cannot be told, and nothing was written.

    The caller has asked the chance who must be refused.
    """
    if not chance.is_plain or chance.turn is None:
        return None
    voucher = _drawn_up(chance, by_id=by_id, at=at)
    try:
        # A statement alone is a transaction already; inside one, it must be able to fail alone.
        with _transaction():
            voucher_id = _written(chance, _values(chance, voucher))
    except (IntegrityError, _Changed):  # the same press, turn or serial in this very moment
        return None
    if voucher_id is None:
        return None
    voucher.pk = voucher_id
    voucher._state.adding = False  # noqa: SLF001 -- as a row that was read
    return voucher


def _drawn_up(chance: Chance, *, by_id: int, at: datetime) -> Voucher:
    last, give_back = ends(
        taken_on=chance.today, use_days=chance.use_days, use_until=chance.use_until,
        give_back_days=chance.give_back_days,
    )  # fmt: skip
    return Voucher(
        handle=chance.handle, version_id=chance.version_id, offer_id=chance.offer_id,
        merchant_id=chance.merchant_id, volunteer_id=chance.volunteer_id, points=chance.points,
        serial=f"{randbelow(10**codes.SERIAL_DIGITS):0{codes.SERIAL_DIGITS}}",
        period=chance.period, turn=chance.turn, taken_on=chance.today, taken_at=at,
        taken_by_id=by_id, use_until=last, give_back_until=give_back,
    )  # fmt: skip


def _values(chance: Chance, voucher: Voucher) -> dict[str, Any]:
    by_id, at = voucher.taken_by_id, voucher.taken_at
    spending = points.values(
        account_id=chance.account_id or 0, spent_id=chance.spent_id or 0,
        volunteer_id=chance.volunteer_id, amount=chance.points, key=voucher.key,
        source=f"reward:{chance.offer_id}", reason=f"兑换 {chance.title}", by_id=by_id, at=at,
    )  # fmt: skip
    days = {
        "today": voucher.taken_on,
        "use_until": voucher.use_until,
        "give_back_until": voucher.give_back_until,
    }
    data = {
        "offer": chance.offer_id, "points": chance.points, "volunteer": chance.volunteer_id,
    }  # fmt: skip
    return {
        **spending,
        **{name: connection.ops.adapt_datefield_value(value) for name, value in days.items()},
        "offer": chance.offer_id,
        "version": chance.version_id,
        "stock_day": chance.stock_day,
        "merchant": chance.merchant_id,
        "handle": voucher.handle,
        "state": VoucherState.TAKEN.value,
        "serial": voucher.serial,
        "period": voucher.period,
        "turn": voucher.turn,
        "behalf": None if chance.user_id == by_id else chance.volunteer_id,
        "data": json.dumps(data),
    }


def _transaction() -> AbstractContextManager[None]:
    if connection.vendor != "postgresql":
        return writing_alone(connection, transaction.atomic)
    return transaction.atomic() if connection.in_atomic_block else nullcontext()


def _written(chance: Chance, values: dict[str, Any]) -> int | None:
    costs, of_the_day = chance.points > 0, chance.stock_day is not None
    if connection.vendor != "postgresql":
        return _step_by_step(values, costs=costs, of_the_day=of_the_day)
    row = _AT_ONCE[costs, of_the_day].row(connection, values)
    return row[0] if row else None


_PIECE_STEP = Statement(
    f"UPDATE rewards_offer AS o SET taken = o.taken + 1 WHERE {_STILL}"  # noqa: S608 -- our own text
)
_DAY_STEP = Statement(
    "UPDATE rewards_daystock SET taken = taken + 1"
    " WHERE offer_id = %(offer)s AND day = %(today)s AND taken < %(stock_day)s"
)
_VOUCHER_STEP = Statement(
    """
    INSERT INTO rewards_voucher (handle, version_id, offer_id, merchant_id, volunteer_id, state,
        serial, period, turn, points, taken_on, taken_at, taken_by_id, use_until, give_back_until,
        paper_number, was_returned, reason)
    VALUES (%(handle)s, %(version)s, %(offer)s, %(merchant)s, %(volunteer)s, %(state)s,
        %(serial)s, %(period)s, %(turn)s, %(points)s, %(today)s, %(at)s, %(by)s, %(use_until)s,
        %(give_back_until)s, 0, 0, '')
    """
)
_ENTRY_STEP = Statement(
    """
    INSERT INTO journal_entry (at, actor_id, on_behalf_of_id, verb, subject_type, subject_id, data)
    VALUES (%(at)s, %(by)s, %(behalf)s, 'rewards.take', 'voucher', %(voucher)s, %(data)s)
    """
)


class _Changed(Exception):
    """What was read holds no more, and something was written already."""


def _step_by_step(values: dict[str, Any], *, costs: bool, of_the_day: bool) -> int | None:
    if not _PIECE_STEP.run(connection, values):
        return None
    if of_the_day and not _DAY_STEP.run(connection, values):
        raise _Changed
    if costs and not points.pay(values):
        raise _Changed
    voucher_id = _VOUCHER_STEP.insert(connection, values)
    _ENTRY_STEP.run(connection, values | {"voucher": voucher_id})
    return voucher_id
