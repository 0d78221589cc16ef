"""Places that a roster gives: to somebody by name, and from one person to another.

The rules of a sign-up hold for both (`queries.reasons_for`). What is given here is told to people
by the roster itself, one message with all their turns: the verbs are their own.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from voluncity.city.people.models import User, Volunteer
from voluncity.kernel.masks import mask_name
from voluncity.kernel.refusals import NotFound, Refusal
from voluncity.service.projects.models import Shift
from voluncity.service.signups import queries, rules
from voluncity.service.signups.actions.places import journal, move_up, shift_of, take_place
from voluncity.service.signups.actions.signing_up import volunteer_of, written
from voluncity.service.signups.locks import again_after_deadlock, hold_activity, hold_agenda
from voluncity.service.signups.models import Attendance, Signup
from voluncity.service.signups.states import SIGNUP_FLOW, SignupState


@again_after_deadlock
@transaction.atomic
def place(
    *,
    shift_id: int,
    volunteer_id: int,
    by: User,
    at: datetime,
    is_desk: bool = False,
    **source: int,
) -> Signup:
    """Give somebody a place that was planned for them; they have read the risks before.

    `source` says in the journal what planned it: the id of a roster's plan, or of an event.
    `is_desk`: the person stands there; the place may be given until the shift ends.

    :raises AlreadyIn: when they have it already.
    :raises Refusal: with the first reason why not; a shift that has begun is closed.
    """
    hold_activity(shift_of(shift_id).activity_id)
    move_up(shift_id, at=at)  # nobody overtakes those who wait
    hold_agenda(volunteer_id)
    shift, volunteer = shift_of(shift_id), volunteer_of(volunteer_id)
    _require(shift, volunteer, at=at, is_desk=is_desk)
    take_place(shift.pk)
    signup = written(shift, volunteer, SignupState.PLACED, by=by, at=at)
    behalf = None if volunteer.user_id == by.pk else volunteer
    journal("signups.assign", signup, shift, by=by, at=at, on_behalf_of=behalf, **source)
    return signup


@again_after_deadlock
@transaction.atomic
def hand_over(
    *, signup_id: int, to_id: int, reason: str, by: User, at: datetime
) -> tuple[Signup, Signup]:
    """Let another person take over a place, this once; return what was given and what was got.

    The place is never free in between, so nobody who waits is passed over unseen: it goes to
    the person named. One row for each pair stays for ever, the first is cancelled.

    :raises Refusal: when the shift has begun, the first person is there, or the second may not.
    :raises WrongState: when the first person has no place any more.
    """
    found = Signup.objects.filter(pk=signup_id).first()
    if found is None:
        raise NotFound("没有找到这次报名，请刷新页面。")
    shift = shift_of(found.shift_id)
    hold_activity(shift.activity_id)
    for volunteer_id in sorted({found.volunteer_id, to_id}):
        hold_agenda(volunteer_id)
    given: Signup = Signup.objects.select_related("volunteer").get(pk=signup_id)
    _require_held(given)
    taker = volunteer_of(to_id)
    _require(shift, taker, at=at, except_full=True)
    _give_up(given, reason=reason, at=at)
    _require_not_there(given)  # after the row is touched: a check-in holds it (quick_door.py)
    got = written(shift, taker, SignupState.PLACED, by=by, at=at)
    journal(
        "signups.hand_over", got, shift, by=by, at=at,
        on_behalf_of=None if taker.user_id == by.pk else taker,
        given=given.pk, from_volunteer=given.volunteer_id,
    )  # fmt: skip
    return given, got


@again_after_deadlock
@transaction.atomic
def exchange(
    *, one_id: int, other_id: int, reason: str, by: User, at: datetime
) -> tuple[Signup, Signup]:
    """Let two people exchange two places, this once; return what the first and the second got.

    Both are given up before the conditions are asked, so neither stands in the other's way. It
    happens whole or not at all, and no place is free in between.

    :raises Refusal: with the first reason why not; it names whom it is about.
    """
    rows = {row.pk: row for row in Signup.objects.filter(pk__in=[one_id, other_id])}
    if len(rows) < len({one_id, other_id}) or one_id == other_id:
        raise NotFound("没有找到这两次报名，请刷新页面。")
    shifts = {pk: shift_of(row.shift_id) for pk, row in rows.items()}
    for activity_id in sorted({shift.activity_id for shift in shifts.values()}):
        hold_activity(activity_id)
    for volunteer_id in sorted({row.volunteer_id for row in rows.values()}):
        hold_agenda(volunteer_id)
    one, other = (
        Signup.objects.select_related("volunteer").get(pk=pk) for pk in (one_id, other_id)
    )
    for given in (one, other):
        _require_held(given)
        _give_up(given, reason=reason, at=at)
        _require_not_there(given)
    first = _got(one.volunteer, shifts[other_id], given=other, by=by, at=at)
    return first, _got(other.volunteer, shifts[one_id], given=one, by=by, at=at)


def _got(volunteer: Volunteer, shift: Shift, *, given: Signup, by: User, at: datetime) -> Signup:
    found = queries.reasons_for(shift, volunteer, at=at)
    told = rules.told_of(found, mask_name(volunteer.name))
    rules.refuse_for(told, except_for=frozenset({rules.FULL}))
    got = written(shift, volunteer, SignupState.PLACED, by=by, at=at)
    journal(
        "signups.hand_over", got, shift, by=by, at=at,
        on_behalf_of=None if volunteer.user_id == by.pk else volunteer,
        given=given.pk, from_volunteer=given.volunteer_id,
    )  # fmt: skip
    return got


def _require(
    shift: Shift,
    volunteer: Volunteer,
    *,
    at: datetime,
    except_full: bool = False,
    is_desk: bool = False,
) -> None:
    why_not = queries.reasons_for(shift, volunteer, at=at, is_desk=is_desk, by_name=True)
    found = rules.told_of(why_not, "这位志愿者")
    rules.refuse_for(found, except_for=frozenset({rules.FULL} if except_full else ()))


def _require_held(given: Signup) -> None:
    SIGNUP_FLOW.after("cancel", given.state)
    if given.state != SignupState.PLACED:
        raise Refusal("还在候补，没有班次可以交给别人。", code="signups.only_waiting")


def _require_not_there(given: Signup) -> None:
    if Attendance.objects.filter(signup=given).exists():
        raise Refusal("已经签到，不能再换人。提前离开的，请签退。", code="signups.checked_in")


def _give_up(given: Signup, *, reason: str, at: datetime) -> None:
    given.state = SIGNUP_FLOW.after("cancel", given.state)
    given.cancelled_at, given.cancel_reason = at, reason[:200]
    given.save(update_fields=["state", "cancelled_at", "cancel_reason"])
