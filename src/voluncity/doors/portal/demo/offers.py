"""In the demo city one place is kept for 王芳, who waited for it and has not answered."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import F

from voluncity.city.people.models import Volunteer
from voluncity.kernel.refusals import Refusal
from voluncity.service.projects import actions as projects
from voluncity.service.projects.models import Shift
from voluncity.service.projects.states import ActivityState
from voluncity.service.signups import actions as signups
from voluncity.service.signups.models import Signup
from voluncity.service.signups.states import SignupState

SOON = timedelta(days=2)


def keep_a_place(*, at: datetime) -> None:
    """Let somebody give a place back in a full shift in which 王芳 waits."""
    person = Volunteer.objects.filter(user__handle="demo-volunteer").first()
    coming = Shift.objects.filter(
        starts_at__gt=at + SOON, taken__gte=2, activity__state=ActivityState.OPEN,
        roster_turn=None,
    ).select_related("activity")  # fmt: skip
    for shift in coming.order_by("starts_at", "pk")[:20] if person else ():
        try:
            _keep(shift, person, at=at)
        except Refusal:
            continue
        return


def _keep(shift: Shift, person: Volunteer | None, *, at: datetime) -> None:
    assert person is not None, "asked for by the caller"  # noqa: S101
    user = person.user
    assert user is not None, "found by the account"  # noqa: S101
    leader = shift.activity.created_by
    if shift.taken < shift.capacity:
        projects.change_capacity(shift_id=shift.pk, capacity=shift.taken, by=leader, at=at)
    signups.sign_up(
        shift_id=shift.pk, volunteer_id=person.pk, by=user, at=at, risks_read=True, wait=True
    )
    placed = Signup.objects.filter(shift=shift, state=SignupState.PLACED).exclude(
        volunteer__user=F("shift__activity__leader")
    )
    given = placed.order_by("-pk")[0]
    signups.cancel_signup(signup_id=given.pk, reason="家里有事", by=leader, at=at, is_desk=True)
