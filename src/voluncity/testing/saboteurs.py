"""Wrong versions of right code: a test of a race must fail with them, or it proves nothing."""

from __future__ import annotations

import os
import time
from datetime import datetime

from voluncity.city.people.models import User
from voluncity.kernel.refusals import Refusal
from voluncity.service.projects.models import Shift
from voluncity.service.signups import actions, rules
from voluncity.service.signups.models import Signup
from voluncity.service.signups.states import SIGNUP_FLOW, SignupState

SWITCH = "VOLUNCITY_SABOTEUR"


def sign_up_check_then_insert(
    *,
    shift_id: int,
    volunteer_id: int,
    by: User,
    at: datetime,
    risks_read: bool,
    wait: bool = False,
    is_desk: bool = False,
    chance: object = None,
) -> Signup:
    """Count who has a place, then insert: between the two, others do the same."""
    shift = Shift.objects.get(pk=shift_id)
    placed = Signup.objects.filter(shift=shift, state=SignupState.PLACED).count()
    if placed >= shift.capacity:
        raise Refusal("名额已满。", code=rules.FULL)
    return Signup.objects.create(
        shift=shift,
        volunteer_id=volunteer_id,
        state=SignupState.PLACED,
        signed_up_at=at,
        signed_up_by=by,
        risks_read_at=at,
    )


def let_in() -> None:
    """Replace the right code by the wrong one that VOLUNCITY_SABOTEUR names, if it names one."""
    named = os.environ.get(SWITCH, "")
    if named == "sign_up_check_then_insert":
        actions.sign_up = sign_up_check_then_insert
    elif named:
        raise ValueError(f"There is no saboteur {named!r}.")


def accept_offer_read_then_write(*, signup_id: int, by: User, at: datetime) -> Signup:
    """Accept what was offered a moment ago: the offer may be over when this is written."""
    signup: Signup = Signup.objects.get(pk=signup_id)
    if signup.state != SignupState.OFFERED:
        raise Refusal("没有名额。", code="wrong_state.accept")
    time.sleep(0.01)
    Signup.objects.filter(pk=signup_id).update(
        state=SignupState.PLACED, offered_until=None, cancelled_at=None
    )
    return signup


def decline_offer_keeping_the_place(
    *, signup_id: int, by: User, at: datetime, stay: bool = False
) -> Signup:
    """Decline and forget that the place is free again."""
    signup: Signup = Signup.objects.get(pk=signup_id)
    signup.state = SIGNUP_FLOW.after("decline", signup.state)
    signup.offered_until, signup.cancelled_at = None, at
    signup.save(update_fields=["state", "offered_until", "cancelled_at"])
    return signup


def accept_offer_at_any_time(*, signup_id: int, by: User, at: datetime) -> Signup:
    """Accept without asking whether the place is still kept."""
    signup: Signup = Signup.objects.get(pk=signup_id)
    signup.state, signup.offered_until, signup.cancelled_at = SignupState.PLACED, None, None
    signup.save(update_fields=["state", "offered_until", "cancelled_at"])
    return signup
