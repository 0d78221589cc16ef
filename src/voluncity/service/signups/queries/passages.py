"""What decides at the door whether a volunteer passes, read in one statement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from voluncity.city.policy.rules import POLICIES
from voluncity.kernel.clock import local_date
from voluncity.kernel.statements import Statement, instant, instant_or_none
from voluncity.service.projects.states import HELD_STATES
from voluncity.service.signups import rules
from voluncity.service.signups.states import SignupState

_EARLY, _LATE = "signups.check_in_early_minutes", "signups.check_out_late_minutes"
_NUMBER = """(
    SELECT n.value FROM policy_policynumber n
    WHERE n.key = '{key}' AND n.valid_from <= %(today)s ORDER BY n.valid_from DESC LIMIT 1
)"""
_PASSAGE = Statement(
    f"""
    SELECT s.activity_id, s.starts_at, s.ends_at, a.state, g.id, g.state, t.in_at, t.out_at,
        {_NUMBER.format(key=_EARLY)}, {_NUMBER.format(key=_LATE)},
        (SELECT MAX(p.back_at) FROM signups_pause p WHERE p.attendance_id = t.id), a.lat, a.lng,
        EXISTS (SELECT 1 FROM signups_scan c WHERE c.nonce = %(nonce)s)
    FROM projects_shift s
    JOIN projects_activity a ON a.id = s.activity_id
    LEFT JOIN signups_signup g ON g.shift_id = s.id AND g.volunteer_id = %(volunteer)s
    LEFT JOIN signups_attendance t ON t.signup_id = g.id
    WHERE s.id = %(shift)s
    """  # noqa: S608 -- our own text
)


@dataclass(frozen=True)
class Passage:
    """A volunteer with a place before the open door of an activity that takes place."""

    activity_id: int
    signup_id: int
    door: rules.Door
    place: tuple[float, float] | None = None


def passage(
    shift_id: int, volunteer_id: int, *, nonce: str, who: str, at: datetime
) -> Passage | None:
    """Return the plain case; None where somebody has to look closer, or has tried this before."""
    asked = {
        "shift": shift_id,
        "volunteer": volunteer_id,
        "nonce": nonce,
        "today": connection.ops.adapt_datefield_value(local_date(at)),
    }
    row = _PASSAGE.row(connection, asked)
    if row is None:
        return None
    activity_id, starts_at, ends_at, activity_state, signup_id, state, *rest = row
    in_at, out_at, early, late, back_at, lat, lng, is_repeated = rest
    if state != SignupState.PLACED or activity_state not in HELD_STATES or is_repeated:
        return None
    door = rules.Door(
        starts_at=instant(starts_at),
        ends_at=instant(ends_at),
        early_minutes=POLICIES[_EARLY].initial if early is None else early,
        late_minutes=POLICIES[_LATE].initial if late is None else late,
        in_at=instant_or_none(in_at),
        out_at=instant_or_none(out_at),
        who=who,
        back_at=instant_or_none(back_at),
    )
    return Passage(activity_id, signup_id, door, None if lat is None else (lat, lng))
