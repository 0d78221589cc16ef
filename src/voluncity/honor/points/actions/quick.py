"""Spend points within somebody else's statement: the same rows as `spend`, without its questions.

For ways that thousands press at the same minute (decision 0048). Who uses it has read the purse
(`account`, the balance, the account of what was spent) and puts these pieces into its own
statement on PostgreSQL, or calls `pay` within its own transaction on SQLite.

What guards what, on PostgreSQL (READ COMMITTED): whoever changes portions of points changes the
balance of their owner's account in the same transaction. `purse` holds that account, and `seen`
lets nothing be written if the row that was held is newer than what this statement sees of the
portions.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.db import connection

from voluncity.city.ledger.models import Unit
from voluncity.honor.points.states import Kind
from voluncity.kernel.statements import Statement

# The portions that expire first, in the order of `books.draw`, and how much of each is taken.
_PARTS = """
    SELECT one.id, {least}(one.kept, %(points)s - one.earlier) AS amount FROM (
        SELECT l.id, l."left" AS kept,
            SUM(l."left") OVER (ORDER BY l.expires_on NULLS LAST, l.id) - l."left" AS earlier
        FROM points_lot l WHERE l.volunteer_id = %(volunteer)s AND l."left" > 0
    ) one WHERE one.earlier < %(points)s
"""
HOLD = f"""
    purse AS MATERIALIZED (
        SELECT a.id, a.xmin AS version FROM ledger_account a
        WHERE a.id = %(account)s AND a.balance >= %(points)s FOR NO KEY UPDATE
    ), parts AS MATERIALIZED ({_PARTS.format(least="LEAST")}), seen AS MATERIALIZED (
        SELECT purse.id FROM purse
        JOIN ledger_account b ON b.id = purse.id AND b.xmin = purse.version
        WHERE (SELECT SUM(parts.amount) FROM parts) = %(points)s
    )
"""  # noqa: S608 -- our own text
# `{go}` has one row when the points are to be spent, and none otherwise.
WRITE = """
    paid AS (
        UPDATE ledger_account a SET balance = a.balance - %(points)s FROM {go}
        WHERE a.id = %(account)s RETURNING a.id
    ), moved AS (
        INSERT INTO ledger_transfer (unit, debit_id, credit_id, amount, key, source, reason, at,
            by_id)
        SELECT %(unit)s, paid.id, %(spent)s::bigint, %(points)s, %(transfer_key)s, %(source)s,
            %(words)s, %(at)s::timestamptz, %(by)s::bigint FROM paid
        RETURNING id
    ), movement AS (
        INSERT INTO points_movement (volunteer_id, kind, amount, key, transfer_id, source, reason,
            at, by_id)
        SELECT %(volunteer)s::bigint, %(kind)s, %(points)s, %(key)s, moved.id, %(source)s,
            %(words)s, %(at)s::timestamptz, %(by)s::bigint FROM moved
        RETURNING id
    ), lowered AS (
        UPDATE points_lot l SET "left" = l."left" - parts.amount FROM parts, movement
        WHERE l.id = parts.id RETURNING l.id
    ), used AS (
        INSERT INTO points_use (movement_id, lot_id, amount)
        SELECT movement.id, parts.id, parts.amount FROM movement, parts RETURNING id
    )
"""
ENTRY = """
    SELECT %(at)s::timestamptz, %(by)s::bigint, NULL::bigint, 'points.spend', 'movement',
        movement.id, %(spend_data)s::jsonb FROM movement
"""


def values(  # noqa: PLR0913 -- what `spend` is given, and its accounts
    *,
    account_id: int,
    spent_id: int,
    volunteer_id: int,
    amount: int,
    key: str,
    source: str,
    reason: str,
    by_id: int,
    at: datetime,
) -> dict[str, Any]:
    """Return what the pieces of the statement, and `pay`, are given; as `spend` is."""
    return {
        "account": account_id,
        "spent": spent_id,
        "volunteer": volunteer_id,
        "points": amount,
        "unit": Unit.POINTS.value,
        "kind": Kind.SPENT.value,
        "key": key,
        "transfer_key": f"points:{key}",
        "source": source,
        "words": reason,
        "by": by_id,
        "at": connection.ops.adapt_datetimefield_value(at),
        "spend_data": json.dumps({"volunteer": volunteer_id, "points": amount}),
    }


_PAY = Statement(
    "UPDATE ledger_account SET balance = balance - %(points)s"
    " WHERE id = %(account)s AND balance >= %(points)s"
)
_TRANSFER = Statement(
    """
    INSERT INTO ledger_transfer (unit, debit_id, credit_id, amount, key, source, reason, at, by_id)
    VALUES (%(unit)s, %(account)s, %(spent)s, %(points)s, %(transfer_key)s, %(source)s, %(words)s,
        %(at)s, %(by)s)
    """
)
_MOVEMENT = Statement(
    """
    INSERT INTO points_movement (volunteer_id, kind, amount, key, transfer_id, source, reason, at,
        by_id)
    VALUES (%(volunteer)s, %(kind)s, %(points)s, %(key)s, %(transfer)s, %(source)s, %(words)s,
        %(at)s, %(by)s)
    """
)
_USES = Statement(
    f"""
    INSERT INTO points_use (movement_id, lot_id, amount)
    SELECT %(movement)s, parts.id, parts.amount FROM ({_PARTS.format(least="MIN")}) parts
    """  # noqa: S608 -- our own text
)
_WHOLE = Statement(
    "SELECT 1 FROM (SELECT SUM(amount) AS whole FROM points_use WHERE movement_id = %(movement)s)"
    " WHERE whole = %(points)s"
)
_LOWER = Statement(
    """
    UPDATE points_lot SET "left" = "left" - (
        SELECT u.amount FROM points_use u
        WHERE u.movement_id = %(movement)s AND u.lot_id = points_lot.id
    ) WHERE id IN (SELECT u.lot_id FROM points_use u WHERE u.movement_id = %(movement)s)
    """
)
_SAY = Statement(
    """
    INSERT INTO journal_entry (at, actor_id, on_behalf_of_id, verb, subject_type, subject_id, data)
    VALUES (%(at)s, %(by)s, NULL, 'points.spend', 'movement', %(movement)s, %(spend_data)s)
    """
)


def pay(given: dict[str, Any]) -> bool:
    """Spend points in the caller's transaction on SQLite, which writes alone.

    False when they do not suffice or the books are not whole: the caller undoes everything.
    """
    if not _PAY.run(connection, given):
        return False
    transfer = _TRANSFER.insert(connection, given)
    movement = _MOVEMENT.insert(connection, given | {"transfer": transfer})
    given = given | {"movement": movement}
    _USES.run(connection, given)
    if _WHOLE.row(connection, given) is None:
        return False
    _LOWER.run(connection, given)
    _SAY.run(connection, given)
    return True
