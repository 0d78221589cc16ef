"""Sign up: take a place, or a place on the waiting list."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from voluncity.city.people.models import User, Volunteer
from voluncity.kernel.refusals import BadInput, NotFound, Refusal
from voluncity.service.projects.models import Shift
from voluncity.service.projects.states import ProjectState
from voluncity.service.signups import queries, rules
from voluncity.service.signups.actions import quick
from voluncity.service.signups.actions.places import (
    journal,
    just_full,
    move_up,
    shift_of,
    take_place,
)
from voluncity.service.signups.locks import again_after_deadlock, hold_activity, hold_agenda
from voluncity.service.signups.models import Signup
from voluncity.service.signups.queries import Chance
from voluncity.service.signups.states import SIGNUP_FLOW, SignupState


@again_after_deadlock
def sign_up(  # noqa: PLR0913 -- who, what, when, and how it was asked
    *,
    shift_id: int,
    volunteer_id: int,
    by: User,
    at: datetime,
    risks_read: bool,
    wait: bool = False,
    is_desk: bool = False,
    chance: Chance | None = None,
) -> Signup:
    """Give a volunteer a place in a shift; with `wait`, one on the waiting list when it is full.

    `is_desk`: the organization adds somebody, who may have come already. `chance`: what the
    caller has just read; it is read here otherwise.

    :raises AlreadyIn: when the volunteer has a place or waits.
    :raises BadInput: when the risks were not read (志愿服务条例第十二条).
    :raises Refusal: with the first reason why not.
    """
    rules.require_risks_read(risks_read=risks_read)
    if not is_desk:
        chance = chance or queries.chance(shift_id, volunteer_id, at=at)
        _require_chance(chance, wait=wait)
        made = quick.signed_up(chance, by_id=by.pk, at=at)
        if made is not None:
            return made
    return sign_up_carefully(
        shift_id=shift_id, volunteer_id=volunteer_id, by=by, at=at, wait=wait, is_desk=is_desk
    )


def _require_chance(chance: Chance, *, wait: bool) -> None:
    """Refuse at once, without a lock or a write, when nothing can come of it.

    :raises Refusal: with the first reason why not.
    """
    rules.refuse_for(chance.reasons, except_for=frozenset({rules.FULL}))
    if chance.is_full and not wait:
        raise just_full()


@transaction.atomic
def sign_up_carefully(
    *, shift_id: int, volunteer_id: int, by: User, at: datetime, wait: bool, is_desk: bool
) -> Signup:
    """Sign up step by step, with everything held that could change meanwhile.

    The only way into a training, whose own rules the caller has asked (slice teaching).
    :raises Refusal: with the first reason why not.
    """
    hold_activity(shift_of(shift_id).activity_id)
    move_up(shift_id, at=at)  # nobody overtakes those who wait
    hold_agenda(volunteer_id)
    shift, volunteer = shift_of(shift_id), volunteer_of(volunteer_id)
    why_not = queries.reasons_for(shift, volunteer, at=at, is_desk=is_desk)
    rules.refuse_for(why_not, except_for=frozenset({rules.FULL}))
    state = _state_taken(shift, wait=wait)
    signup = written(shift, volunteer, state, by=by, at=at)
    behalf = None if volunteer.user_id == by.pk else volunteer
    journal(quick.VERBS[state], signup, shift, by=by, at=at, on_behalf_of=behalf)
    return signup


def volunteer_of(volunteer_id: int) -> Volunteer:
    """Return the volunteer.

    :raises NotFound: when there is none.
    """
    volunteer: Volunteer | None = Volunteer.objects.filter(pk=volunteer_id).first()
    if volunteer is None:
        raise NotFound("没有找到这位志愿者，请核对编号。")
    return volunteer


def _state_taken(shift: Shift, *, wait: bool) -> SignupState:
    try:
        take_place(shift.pk)
    except Refusal:
        if not wait:
            raise
        return SignupState.WAITING
    return SignupState.PLACED


def written(
    shift: Shift, volunteer: Volunteer, state: SignupState, *, by: User, at: datetime
) -> Signup:
    """Write the one row of this shift and volunteer, new or come back."""
    signup: Signup | None = Signup.objects.filter(shift=shift, volunteer=volunteer).first()
    if signup is None:
        return Signup.objects.create(
            shift=shift, volunteer=volunteer, state=state,
            signed_up_at=at, signed_up_by=by, risks_read_at=at,
        )  # fmt: skip
    verb = "return" if state == SignupState.PLACED else "queue"
    signup.state = SIGNUP_FLOW.after(verb, signup.state)
    signup.signed_up_at, signup.signed_up_by, signup.risks_read_at = at, by, at
    signup.cancelled_at, signup.cancel_reason = None, ""
    signup.save(
        update_fields=[
            "state", "signed_up_at", "signed_up_by", "risks_read_at",
            "cancelled_at", "cancel_reason",
        ]
    )  # fmt: skip
    return signup


def sign_up_by_number(
    *, shift_id: int, number: str, risks_told: bool, by: User, at: datetime
) -> Signup:
    """Let the organization sign somebody up by the volunteer number, on their behalf.

    :raises BadInput: when nobody has this number, or the risks were not told.
    :raises Refusal: with the first reason why not; for a training, which one enrolls for as a
        whole, and which has its own audience.
    """
    volunteer = queries.volunteer_with_number(number)
    if Shift.objects.filter(pk=shift_id, activity__project__state=ProjectState.TEACHING).exists():
        raise Refusal(
            "这是培训班，请到培训班的页面代为报名，一次报齐各次课。", code="signups.training"
        )
    if not risks_told:
        raise BadInput(
            "请先当面告知风险并得到本人同意，再勾选。",
            code="signups.risks_unread",
            field="risks_told",
        )
    return sign_up(
        shift_id=shift_id,
        volunteer_id=volunteer.pk,
        by=by,
        at=at,
        risks_read=risks_told,
        wait=True,
        is_desk=True,
    )
