"""Answer an offered place: take it, let the next one have it, or stay in the list."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from voluncity.city.people.models import User
from voluncity.kernel.refusals import NotFound, Refusal, WrongState
from voluncity.service.projects.models import Shift
from voluncity.service.signups import rules
from voluncity.service.signups.actions.places import free_place, journal, move_up, shift_of
from voluncity.service.signups.locks import again_after_deadlock, hold_activity
from voluncity.service.signups.models import Signup
from voluncity.service.signups.states import SIGNUP_FLOW, SignupState

PASSED_ON = "让给了下一位"


@again_after_deadlock
@transaction.atomic
def accept_offer(*, signup_id: int, by: User, at: datetime) -> Signup:
    """Take the place that is kept; it was counted when it was offered.

    :raises Refusal: when the time is over, or the shift has begun.
    :raises WrongState: when nothing is offered any more.
    """
    signup, shift = _held(signup_id)
    target = SIGNUP_FLOW.after("accept", signup.state)
    rules.require_answerable(until=signup.offered_until, starts_at=shift.starts_at, at=at)
    _answer(signup, state=target, offered_until=None)
    _note("accept", signup, shift, by=by, at=at)
    return signup


@again_after_deadlock
@transaction.atomic
def decline_offer(*, signup_id: int, by: User, at: datetime, stay: bool = False) -> Signup:
    """Let the next one have the place; with `stay`, wait again behind all others.

    :raises Refusal: to stay when nobody else can have the place: it would come back at once.
    :raises WrongState: when nothing is offered any more.
    """
    signup, shift = _held(signup_id)
    verb = "stay" if stay else "decline"
    target = SIGNUP_FLOW.after(verb, signup.state)
    if stay:
        _answer(signup, state=target, offered_until=None, signed_up_at=at)
    else:
        _answer(signup, state=target, offered_until=None, cancelled_at=at, cancel_reason=PASSED_ON)
    _note(verb, signup, shift, by=by, at=at)
    free_place(shift.pk)
    asked = move_up(shift.pk, at=at)
    if signup.pk in {one.pk for one in asked}:
        raise Refusal(
            "现在没有别人候补，名额仍为您留着。请在时限内接受，或者退出候补。",
            code="signups.nobody_next",
        )
    return signup


def _held(signup_id: int) -> tuple[Signup, Shift]:
    """Return a sign-up and its shift, with the activity held."""
    found = Signup.objects.filter(pk=signup_id).first()
    if found is None:
        raise NotFound("没有找到这次报名，请刷新页面。")
    shift = shift_of(found.shift_id)
    hold_activity(shift.activity_id)
    signup: Signup = Signup.objects.select_related("volunteer").get(pk=signup_id)
    return signup, shift


def _answer(signup: Signup, **changes: Any) -> None:
    """Change what is still offered, in the statement that sees whether it is."""
    if not Signup.objects.filter(pk=signup.pk, state=SignupState.OFFERED).update(**changes):
        raise WrongState("这个名额刚刚变动过，请刷新页面查看。", code="wrong_state.answer")
    for name, value in changes.items():
        setattr(signup, name, value)


def _note(verb: str, signup: Signup, shift: Shift, *, by: User, at: datetime) -> None:
    behalf = None if signup.volunteer.user_id == by.pk else signup.volunteer
    journal(f"signups.{verb}", signup, shift, by=by, at=at, on_behalf_of=behalf)
