"""Sign-ups and attendance for tests, without asking the rules."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import F

from voluncity.city.people.models import User, Volunteer
from voluncity.service.projects.models import Shift
from voluncity.service.signups.models import Attendance, Signup
from voluncity.service.signups.states import HOLDING, LIVE, Method, SignupState
from voluncity.testing.make_people import NOON, make_volunteer
from voluncity.testing.make_projects import make_shift


def make_signup(
    *,
    shift: Shift | None = None,
    volunteer: Volunteer | None = None,
    state: str = SignupState.PLACED,
    at: datetime = NOON,
) -> Signup:
    """Return a sign-up; one with a place, or with one that is offered, counts in its shift."""
    shift = shift or make_shift()
    volunteer = volunteer or make_volunteer()
    if state in HOLDING:
        Shift.objects.filter(pk=shift.pk).update(taken=F("taken") + 1)
        shift.refresh_from_db(fields=["taken"])
    return Signup.objects.create(
        shift=shift,
        volunteer=volunteer,
        state=state,
        signed_up_at=at,
        signed_up_by=volunteer.user,
        risks_read_at=at,
        offered_until=at + timedelta(hours=2) if state == SignupState.OFFERED else None,
        cancelled_at=None if state in LIVE else at,
    )


def make_attendance(
    signup: Signup | None = None,
    *,
    in_at: datetime | None = None,
    out_at: datetime | None = None,
    is_out: bool = True,
    in_method: str = Method.VENUE_CODE,
    out_method: str = Method.VENUE_CODE,
    by: User | None = None,
) -> Attendance:
    """Return that somebody was there, by default for the whole shift and proven by scans."""
    signup = signup or make_signup()
    in_at = in_at or signup.shift.starts_at
    if is_out and out_at is None:
        out_at = max(signup.shift.ends_at, in_at + timedelta(minutes=1))
    return Attendance.objects.create(
        signup=signup,
        in_at=in_at,
        in_method=in_method,
        in_by=by or signup.volunteer.user,
        out_at=out_at,
        out_method=out_method if out_at else "",
        out_by=(by or signup.volunteer.user) if out_at else None,
    )
