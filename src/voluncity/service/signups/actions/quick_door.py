"""Pass the door in one statement, when the code is good and nothing is in the way.

In the minutes before a shift begins everybody scans at once. The careful way holds the activity
while Python thinks, so that all wait for each other; here each holds the own sign-up only, for
one statement. Whoever cancels, or drops the sign-ups of an activity that was called off, touches
the same row: one of the two comes first, and the other sees it (`cancelling.py`).

One attendance belongs to one sign-up, one scan to one nonce: the database says so, and who comes
second finds that nothing was written. The careful way then finds the sentence.
"""

from __future__ import annotations

import json
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction

from voluncity.kernel.statements import Statement
from voluncity.kernel.turns import writing_alone
from voluncity.service.signups.models import Scan
from voluncity.service.signups.queries.passages import Passage
from voluncity.service.signups.states import Direction

_OPEN = """EXISTS (
    SELECT 1 FROM projects_activity a WHERE a.id = %(activity)s AND a.state IN ('open', 'listed')
)"""
_HELD = f"""
    SELECT g.id FROM signups_signup g
    WHERE g.id = %(signup)s AND g.state = 'placed' AND {_OPEN} FOR NO KEY UPDATE
"""  # noqa: S608 -- our own text
_CAME = """
    INSERT INTO signups_attendance (signup_id, in_at, in_method, in_by_id, out_method)
    SELECT held.id, %(at)s::timestamptz, %(method)s, %(by)s::bigint, '' FROM held
    ON CONFLICT (signup_id) DO NOTHING RETURNING signup_id
"""
_LEFT = """
    UPDATE signups_attendance t
    SET out_at = %(at)s::timestamptz, out_method = %(method)s, out_by_id = %(by)s::bigint
    FROM held WHERE t.signup_id = held.id AND t.out_at IS NULL RETURNING t.signup_id
"""
_WRITE = """
    WITH held AS MATERIALIZED ({held}), passed AS ({passed}), entry AS (
        INSERT INTO journal_entry
            (at, actor_id, on_behalf_of_id, verb, subject_type, subject_id, data)
        SELECT %(at)s::timestamptz, %(by)s::bigint, %(behalf)s::bigint, %(verb)s, 'signup',
            passed.signup_id, %(data)s::jsonb FROM passed
    )
    INSERT INTO signups_scan (nonce, shift_id, volunteer_id, direction, method, at, by_id,
        is_accepted, refusal_code, refusal_sentence, device)
    SELECT %(nonce)s, %(shift)s::bigint, %(volunteer)s::bigint, %(direction)s, %(method)s,
        %(at)s::timestamptz, %(by)s::bigint, true, '', '', %(device)s FROM passed
    RETURNING id
"""
_AT_ONCE = {
    Direction.IN: Statement(_WRITE.format(held=_HELD, passed=_CAME)),
    Direction.OUT: Statement(_WRITE.format(held=_HELD, passed=_LEFT)),
}
_HELD_STEP = Statement(
    f"UPDATE signups_signup SET state = state WHERE id = %(signup)s AND state = 'placed' AND {_OPEN}"  # noqa: E501, S608
)
_STEP = {
    Direction.IN: Statement(
        """
        INSERT INTO signups_attendance (signup_id, in_at, in_method, in_by_id, out_method)
        VALUES (%(signup)s, %(at)s, %(method)s, %(by)s, '')
        ON CONFLICT (signup_id) DO NOTHING
        """
    ),
    Direction.OUT: Statement(
        """
        UPDATE signups_attendance SET out_at = %(at)s, out_method = %(method)s, out_by_id = %(by)s
        WHERE signup_id = %(signup)s AND out_at IS NULL
        """
    ),
}
_SCAN_STEP = Statement(
    """
    INSERT INTO signups_scan (nonce, shift_id, volunteer_id, direction, method, at, by_id,
        is_accepted, refusal_code, refusal_sentence, device)
    VALUES (%(nonce)s, %(shift)s, %(volunteer)s, %(direction)s, %(method)s, %(at)s, %(by)s,
        1, '', '', %(device)s)
    """
)
_ENTRY_STEP = Statement(
    """
    INSERT INTO journal_entry (at, actor_id, on_behalf_of_id, verb, subject_type, subject_id, data)
    VALUES (%(at)s, %(by)s, %(behalf)s, %(verb)s, 'signup', %(signup)s, %(data)s)
    """
)


def passed(
    scan: Scan, passage: Passage, direction: Direction, *, behalf_id: int | None
) -> Scan | None:
    """Write attendance, scan and journal; None when somebody was faster.

    `scan` is the row to write; the caller has asked the rules about this passage.
    """
    values = _values(scan, passage, direction, behalf_id)
    try:
        # A statement alone is a transaction already; inside one, it must be able to fail alone.
        with _transaction():
            scan_id = _written(values, direction)
    except IntegrityError:  # the same nonce in this very moment
        return None
    if scan_id is None:
        return None
    scan.pk, scan.direction = scan_id, direction
    scan._state.adding = False  # noqa: SLF001 -- as a row that was read
    return scan


def _transaction() -> AbstractContextManager[None]:
    if connection.vendor != "postgresql":
        return writing_alone(connection, transaction.atomic)
    return transaction.atomic() if connection.in_atomic_block else nullcontext()


def _written(values: dict[str, Any], direction: Direction) -> int | None:
    if connection.vendor == "postgresql":
        row = _AT_ONCE[direction].row(connection, values)
        return row[0] if row else None
    if not _HELD_STEP.run(connection, values) or not _STEP[direction].run(connection, values):
        return None
    scan_id = _SCAN_STEP.insert(connection, values)
    _ENTRY_STEP.run(connection, values)
    return scan_id


def _values(
    scan: Scan, passage: Passage, direction: Direction, behalf_id: int | None
) -> dict[str, Any]:
    data = {
        "shift": scan.shift_id, "activity": passage.activity_id, "volunteer": scan.volunteer_id,
        "method": str(scan.method),
    }  # fmt: skip
    return {
        "activity": passage.activity_id,
        "signup": passage.signup_id,
        "shift": scan.shift_id,
        "volunteer": scan.volunteer_id,
        "nonce": scan.nonce,
        "direction": direction.value,
        "method": str(scan.method),
        "device": scan.device,
        "verb": f"signups.check_{direction.value}",
        "by": scan.by_id,
        "behalf": behalf_id,
        "at": _instant(scan.at),
        "data": json.dumps(data),
    }


def _instant(value: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(value)
