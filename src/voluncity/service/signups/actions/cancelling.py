"""Give a place back, or lose it because the activity was called off."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from voluncity.city.journal.actions import record_many
from voluncity.city.people.models import User
from voluncity.city.policy import queries as policy
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotFound, Refusal
from voluncity.kernel.text import clean
from voluncity.service.projects.models import Shift
from voluncity.service.signups import rules
from voluncity.service.signups.actions.places import free_place, journal, move_up, shift_of
from voluncity.service.signups.locks import again_after_deadlock, hold_activity
from voluncity.service.signups.models import Attendance, Signup
from voluncity.service.signups.states import HOLDING, LIVE, SIGNUP_FLOW, SignupState

REASON_LENGTH = 200


@again_after_deadlock
@transaction.atomic
def cancel_signup(
    *, signup_id: int, reason: str, by: User, at: datetime, is_desk: bool = False
) -> Signup:
    """Give a place back, or leave the waiting list; the first who waits moves up at once.

    Who cannot come must say so in time (志愿服务条例第二十二条). `is_desk`: the organization does
    it for somebody, until the shift ends.

    :raises BadInput: without a reason.
    :raises Refusal: when it is too late, or the volunteer has checked in.
    :raises WrongState: when it was cancelled before.
    """
    text = _reason(reason)
    found = Signup.objects.filter(pk=signup_id).first()
    if found is None:
        raise NotFound("没有找到这次报名，请刷新页面。")
    shift = shift_of(found.shift_id)
    hold_activity(shift.activity_id)
    signup: Signup = Signup.objects.select_related("volunteer").get(pk=signup_id)
    before = signup.state
    signup.state = SIGNUP_FLOW.after("cancel", before)
    _require_in_time(before, shift, at=at, is_desk=is_desk)
    signup.cancelled_at, signup.cancel_reason, signup.offered_until = at, text, None
    signup.save(update_fields=["state", "cancelled_at", "cancel_reason", "offered_until"])
    _require_not_there(signup)  # after the row is touched: a check-in holds it (quick_door.py)
    behalf = None if signup.volunteer.user_id == by.pk else signup.volunteer
    journal(
        "signups.cancel", signup, shift, by=by, at=at,
        on_behalf_of=behalf, was_placed=before == SignupState.PLACED,
    )  # fmt: skip
    if before in HOLDING:
        free_place(shift.pk)
        move_up(shift.pk, at=at)
    return signup


def _reason(value: str) -> str:
    text = clean(value, max_length=REASON_LENGTH, field="reason", label="原因")
    if not text:
        raise BadInput("请写一句取消的原因，方便组织者安排。", field="reason")
    return text


def _require_in_time(state: str, shift: Shift, *, at: datetime, is_desk: bool) -> None:
    if is_desk and at < shift.ends_at:
        return
    rules.require_cancellable(
        state=state,
        starts_at=shift.starts_at,
        at=at,
        minutes=policy.number("signups.cancel_before_minutes", on=local_date(at)),
        organization=shift.activity.project.organization.name,
    )


def _require_not_there(signup: Signup) -> None:
    if Attendance.objects.filter(signup=signup).exists():
        raise Refusal("已经签到，不能再取消报名。提前离开的，请签退。", code="signups.checked_in")


@again_after_deadlock
@transaction.atomic
def drop_signups(*, activity_id: int, at: datetime) -> list[Signup]:
    """Drop everybody from an activity that was called off; return who was dropped.

    Who had checked in by then was there and keeps the place, so that the hours can count.
    """
    hold_activity(activity_id)
    live = Signup.objects.filter(shift__activity_id=activity_id, state__in=LIVE)
    live.update(state=F("state"))  # who stands at the door in this moment comes first
    gone = live.filter(attendance=None).select_related("shift", "volunteer__user")
    dropped = list(gone.order_by("pk"))
    for signup in dropped:
        if signup.state in HOLDING:
            Shift.objects.filter(pk=signup.shift_id).update(taken=F("taken") - 1)
        signup.state, signup.cancelled_at = SIGNUP_FLOW.after("drop", signup.state), at
        signup.offered_until = None
    fields = ["state", "cancelled_at", "offered_until"]
    Signup.objects.bulk_update(dropped, fields, batch_size=200)
    ids = {"activity": activity_id}
    record_many(
        "signups.drop",
        [(s, ids | {"shift": s.shift_id, "volunteer": s.volunteer_id}) for s in dropped],
        by=None,
        at=at,
    )
    return dropped
