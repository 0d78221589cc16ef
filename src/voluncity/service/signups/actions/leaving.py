"""Give every place to come back for somebody who closed the account."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from voluncity.service.signups.actions.places import free_place, journal, move_up
from voluncity.service.signups.locks import again_after_deadlock, hold_activity, hold_agenda
from voluncity.service.signups.models import Signup
from voluncity.service.signups.states import HOLDING, LIVE, SIGNUP_FLOW, SignupState

REASON = "志愿者已注销账号"


@again_after_deadlock
@transaction.atomic
def leave_coming_shifts(*, volunteer_id: int, at: datetime, reason: str = REASON) -> list[Signup]:
    """Cancel the sign-ups for shifts that have not begun; return which they were.

    The account is closed by now, or no guardian agrees any more. A sign-up that was asked for
    before and is written after this finds the agenda counted on, looks again, and is refused:
    nothing is left behind. Whoever has checked in was there and keeps the place, so that the
    hours can count.
    """
    for activity_id in sorted(set(_coming(volunteer_id, at).values_list("shift__activity_id"))):
        hold_activity(*activity_id)  # the activities before the agenda, as everywhere
    hold_agenda(volunteer_id)
    coming = _coming(volunteer_id, at).select_related("shift__activity", "volunteer")
    left = list(coming.order_by("shift__starts_at", "pk"))
    for signup in left:
        _leave(signup, reason, at=at)
    return left


def _coming(volunteer_id: int, at: datetime) -> QuerySet[Signup]:
    found: QuerySet[Signup] = Signup.objects.filter(
        volunteer_id=volunteer_id, state__in=LIVE, shift__starts_at__gt=at, attendance=None
    )
    return found


def _leave(signup: Signup, reason: str, *, at: datetime) -> None:
    was_placed = signup.state == SignupState.PLACED
    has_place = signup.state in HOLDING
    signup.state = SIGNUP_FLOW.after("cancel", signup.state)
    signup.cancelled_at, signup.cancel_reason, signup.offered_until = at, reason, None
    signup.save(update_fields=["state", "cancelled_at", "cancel_reason", "offered_until"])
    journal("signups.cancel", signup, signup.shift, by=None, at=at, was_placed=was_placed)
    if has_place:
        free_place(signup.shift_id)
        move_up(signup.shift_id, at=at)
