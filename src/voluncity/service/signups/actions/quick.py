"""Sign up in one statement, when nothing but a place is wanted.

In a rush thousands press at the same minute. The careful way holds the activity, the agenda and
the shift while Python thinks; here they are held for one statement. It writes only if what was
read before (`queries.Chance`) still holds, and nothing otherwise: then the careful way decides.

What guards what, on PostgreSQL (READ COMMITTED), in the order in which rows are locked:

* `act` shares the activity with other quick sign-ups and keeps out everybody who holds it
  (`locks.hold_activity`: to wait, to cancel, to move up, to drop) and whoever calls it off. Had
  one of them to be waited for, the row that was locked is newer than what this statement sees of
  the rest (`seen`): then nothing is written.
* `mine` counts the agenda on from the version that was read. Two sign-ups of one volunteer
  therefore never both believe that the time is free, or that there is none yet.
* `place` is taken in the statement that sees whether there is one, on the newest row.

On SQLite a writing transaction stands alone; the same conditions are asked in it one by one.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from voluncity.kernel.statements import Statement
from voluncity.kernel.turns import writing_alone
from voluncity.service.signups.models import Signup
from voluncity.service.signups.queries.chances import Chance
from voluncity.service.signups.states import SignupState

VERBS = {SignupState.PLACED: "signups.sign_up", SignupState.WAITING: "signups.wait"}

_ACT_SHARED = """
    SELECT a.id, a.xmin AS version FROM projects_activity a
    WHERE a.id = %(activity)s AND a.state = 'open' FOR SHARE
"""
# Who comes to wait holds the activity alone: no place can become free at the same time.
_ACT_ALONE = """
    UPDATE projects_activity a SET state = a.state
    WHERE a.id = %(activity)s AND a.state = 'open' RETURNING a.id
"""
_SEEN = """
    SELECT act.id FROM act JOIN projects_activity b ON b.id = act.id AND b.xmin = act.version
    WHERE NOT EXISTS (
        SELECT 1 FROM signups_signup w WHERE w.shift_id = %(shift)s AND w.state = 'waiting'
    )
"""
_PLACE_TAKEN = """
    UPDATE projects_shift s SET taken = s.taken + 1 FROM mine
    WHERE s.id = %(shift)s AND s.taken < s.capacity
        AND s.starts_at = %(starts_at)s AND s.ends_at = %(ends_at)s
    RETURNING s.id
"""
_PLACE_MISSING = """
    SELECT s.id FROM mine, projects_shift s
    WHERE s.id = %(shift)s AND s.taken >= s.capacity
        AND s.starts_at = %(starts_at)s AND s.ends_at = %(ends_at)s
    FOR UPDATE OF s
"""
_WRITE = """
    WITH act AS MATERIALIZED ({act}), seen AS MATERIALIZED ({seen}), mine AS (
        INSERT INTO signups_agenda AS g (volunteer_id, version)
        SELECT %(volunteer)s::bigint, 1 FROM seen
        ON CONFLICT (volunteer_id) DO UPDATE SET version = g.version + 1
            WHERE g.version = %(version)s
        RETURNING g.volunteer_id
    ), place AS ({place}), made AS (
        INSERT INTO signups_signup (shift_id, volunteer_id, state, signed_up_at, signed_up_by_id,
            risks_read_at, cancel_reason)
        SELECT place.id, %(volunteer)s::bigint, %(state)s, %(at)s::timestamptz,
            %(by)s::bigint, %(at)s::timestamptz, '' FROM place
        RETURNING id
    )
    INSERT INTO journal_entry (at, actor_id, on_behalf_of_id, verb, subject_type, subject_id, data)
    SELECT %(at)s::timestamptz, %(by)s::bigint, %(behalf)s::bigint, %(verb)s, 'signup', made.id,
        %(data)s::jsonb FROM made
    RETURNING subject_id
"""
_TAKE = Statement(_WRITE.format(act=_ACT_SHARED, seen=_SEEN, place=_PLACE_TAKEN))
_QUEUE = Statement(
    _WRITE.format(act=_ACT_ALONE, seen="SELECT act.id FROM act", place=_PLACE_MISSING)
)


def signed_up(chance: Chance, *, by_id: int, at: datetime) -> Signup | None:
    """Take a place, or a place on the waiting list of a full shift; None when it cannot be told.

    The caller has asked the rules about this chance.
    """
    if chance.own_id is not None or (chance.has_waiting and not chance.is_full):
        return None  # comes back, or somebody else is first
    state = SignupState.WAITING if chance.is_full else SignupState.PLACED
    behalf_id = None if chance.user_id == by_id else chance.volunteer_id
    write = _by_one_statement if connection.vendor == "postgresql" else _step_by_step
    signup_id = write(_values(chance, state, by_id=by_id, behalf_id=behalf_id, at=at))
    if signup_id is None:
        return None
    made = Signup(
        pk=signup_id, shift_id=chance.shift_id, volunteer_id=chance.volunteer_id, state=state,
        signed_up_at=at, signed_up_by_id=by_id, risks_read_at=at,
    )  # fmt: skip
    made._state.adding = False  # noqa: SLF001 -- as a row that was read
    return made


def _values(
    chance: Chance, state: SignupState, *, by_id: int, behalf_id: int | None, at: datetime
) -> dict[str, Any]:
    data = {
        "shift": chance.shift_id, "activity": chance.activity_id, "volunteer": chance.volunteer_id,
    }  # fmt: skip
    instants = {"at": at, "starts_at": chance.starts_at, "ends_at": chance.ends_at}
    return {
        "activity": chance.activity_id,
        "shift": chance.shift_id,
        "volunteer": chance.volunteer_id,
        "version": chance.agenda_version,
        "state": state.value,
        "verb": VERBS[state],
        "by": by_id,
        "behalf": behalf_id,
        "data": json.dumps(data),
        **{
            name: connection.ops.adapt_datetimefield_value(value)
            for name, value in instants.items()
        },
    }


def _by_one_statement(values: dict[str, Any]) -> int | None:
    statement = _QUEUE if values["state"] == SignupState.WAITING else _TAKE
    row = statement.row(connection, values)
    return row[0] if row else None


_FIRST_AGENDA = Statement(
    "INSERT OR IGNORE INTO signups_agenda (volunteer_id, version) VALUES (%(volunteer)s, 1)"
)
_NEXT_AGENDA = Statement(
    "UPDATE signups_agenda SET version = version + 1"
    " WHERE volunteer_id = %(volunteer)s AND version = %(version)s"
)
_STILL = """
    id = %(shift)s AND starts_at = %(starts_at)s AND ends_at = %(ends_at)s
    AND EXISTS (SELECT 1 FROM projects_activity a WHERE a.id = activity_id AND a.state = 'open')
"""
_TAKE_STEP = Statement(
    f"""
    UPDATE projects_shift SET taken = taken + 1 WHERE taken < capacity AND {_STILL}
    AND NOT EXISTS (
        SELECT 1 FROM signups_signup w WHERE w.shift_id = %(shift)s AND w.state = 'waiting'
    )
    """  # noqa: S608 -- our own text
)
_QUEUE_STEP = Statement(
    f"UPDATE projects_shift SET taken = taken WHERE taken >= capacity AND {_STILL}"  # noqa: S608
)
_SIGNUP_STEP = Statement(
    """
    INSERT INTO signups_signup (shift_id, volunteer_id, state, signed_up_at, signed_up_by_id,
        risks_read_at, cancel_reason)
    VALUES (%(shift)s, %(volunteer)s, %(state)s, %(at)s, %(by)s, %(at)s, '')
    """
)
_ENTRY_STEP = Statement(
    """
    INSERT INTO journal_entry (at, actor_id, on_behalf_of_id, verb, subject_type, subject_id, data)
    VALUES (%(at)s, %(by)s, %(behalf)s, %(verb)s, 'signup', %(signup)s, %(data)s)
    """
)


def _step_by_step(values: dict[str, Any]) -> int | None:
    waits = values["state"] == SignupState.WAITING
    agenda = _FIRST_AGENDA if values["version"] is None else _NEXT_AGENDA
    with writing_alone(connection, transaction.atomic):
        if not agenda.run(connection, values):
            return None
        if not (_QUEUE_STEP if waits else _TAKE_STEP).run(connection, values):
            return None  # the agenda counts on for nothing; that harms nobody
        signup_id = _SIGNUP_STEP.insert(connection, values)
        _ENTRY_STEP.run(connection, values | {"signup": signup_id})
    return signup_id
