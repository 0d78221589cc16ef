"""Take places, free them, and give or offer free ones to those who wait."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from voluncity.city.journal.actions import record
from voluncity.city.people import queries as people
from voluncity.city.people.models import User, Volunteer
from voluncity.city.policy import queries as policy
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound, Refusal
from voluncity.service.projects.models import Shift
from voluncity.service.signups import queries, rules
from voluncity.service.signups.locks import again_after_deadlock, hold_activity, hold_agenda
from voluncity.service.signups.models import Signup
from voluncity.service.signups.states import SIGNUP_FLOW, SignupState

NOT_ANSWERED = "没有在时限内答复"


def shift_of(shift_id: int) -> Shift:
    """Return a shift with all that its rules need.

    :raises NotFound: when there is none.
    """
    found = Shift.objects.select_related(
        "activity__project__organization", "activity__project__course"
    )
    shift: Shift | None = found.filter(pk=shift_id).first()
    if shift is None:
        raise NotFound("没有找到这个班次，请从活动页面重新选择。")
    return shift


def take_place(shift_id: int) -> None:
    """Take one place in the statement that also sees whether there is one.

    :raises Refusal: when all are taken.
    """
    free = Shift.objects.filter(pk=shift_id, taken__lt=F("capacity"))
    if not free.update(taken=F("taken") + 1):
        raise just_full()


def just_full() -> Refusal:
    """Return the answer to somebody for whom no place was left."""
    return Refusal("名额刚刚报满了，可以先候补；有人取消时，按先后顺序轮到您。", code=rules.FULL)


def free_place(shift_id: int) -> None:
    """Give one place back."""
    Shift.objects.filter(pk=shift_id).update(taken=F("taken") - 1)


@again_after_deadlock
@transaction.atomic
def fill_shift(*, shift_id: int, at: datetime) -> list[Signup]:
    """Take back what nobody answered in time, and give free places to those who wait.

    Return who got a place, or is offered one.
    """
    shift = shift_of(shift_id)
    hold_activity(shift.activity_id)
    expire(shift, at=at)
    return move_up(shift_id, at=at)


def expire(shift: Shift, *, at: datetime) -> None:
    """Take back the places that were offered until now. The caller holds the activity."""
    for signup in queries.due_offers(at=at).filter(shift=shift).order_by("pk"):
        mine = Signup.objects.filter(pk=signup.pk, state=SignupState.OFFERED)
        target = SIGNUP_FLOW.after("expire", signup.state)
        if mine.update(
            state=target, offered_until=None, cancelled_at=at, cancel_reason=NOT_ANSWERED
        ):
            free_place(shift.pk)
            journal("signups.expire", signup, shift, by=None, at=at)


def move_up(shift_id: int, *, at: datetime) -> list[Signup]:
    """Give free places to those who wait, first come first, until the shift starts.

    Who can answer is asked (`signups.offer_minutes`): the place is theirs until then. Who may not
    come now (a clash since then, too old by now…) is passed over and goes on waiting. The caller
    holds the activity.
    """
    shift = shift_of(shift_id)
    free = shift.capacity - shift.taken
    if free <= 0 or at >= shift.starts_at:
        return []
    waiting = Signup.objects.filter(shift_id=shift_id, state=SignupState.WAITING)
    minutes = policy.number("signups.offer_minutes", on=local_date(at))
    placed: list[Signup] = []
    for signup in waiting.select_related("volunteer").order_by("signed_up_at", "pk"):
        if len(placed) == free:
            break
        try:
            placed.append(_place(signup, shift, minutes=minutes, at=at))
        except Refusal:
            continue
    return placed


@transaction.atomic
def _place(signup: Signup, shift: Shift, *, minutes: int, at: datetime) -> Signup:
    """Give one who waits a place, or offer it for so many minutes.

    The savepoint lets go of the agenda of somebody who is passed over.
    """
    hold_agenda(signup.volunteer_id)
    why_not = queries.reasons_for(shift, signup.volunteer, at=at, is_waiting=True)
    rules.refuse_for(why_not)
    take_place(shift.pk)
    verb = "offer" if minutes and _can_answer(signup.volunteer, at=at) else "place"
    signup.state = SIGNUP_FLOW.after(verb, signup.state)
    if verb == "offer":
        signup.offered_until = rules.offer_until(at=at, minutes=minutes, starts_at=shift.starts_at)
    signup.save(update_fields=["state", "offered_until"])
    journal(f"signups.{verb}", signup, shift, by=None, at=at)
    return signup


def _can_answer(volunteer: Volunteer, *, at: datetime) -> bool:
    """Return whether there is an account that can say yes: the own one, or a guardian's."""
    if volunteer.user_id is not None:
        return True
    return bool(people.guardian_accounts([volunteer.pk], on=local_date(at)))


def journal(
    verb: str,
    signup: Signup,
    shift: Shift,
    *,
    by: User | None,
    at: datetime,
    on_behalf_of: Volunteer | None = None,
    **data: object,
) -> None:
    """Append what happened to a sign-up, with the ids that its readers need."""
    record(
        verb,
        signup,
        by=by,
        at=at,
        on_behalf_of=on_behalf_of,
        shift=shift.pk,
        activity=shift.activity_id,
        volunteer=signup.volunteer_id,
        **data,
    )
