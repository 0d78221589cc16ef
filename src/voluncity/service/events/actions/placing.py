"""Give people their posts: each place is one of a shift, taken by the sign-ups' own action."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.kernel.refusals import BadInput, NotFound, Refusal, WrongState
from voluncity.service.events.actions.steps import application_of, event_of, step_application
from voluncity.service.events.models import Application, Assignment, PostDay
from voluncity.service.events.queries import proposals
from voluncity.service.events.rules.plans import said
from voluncity.service.events.states import ApplicationState, EventState
from voluncity.service.signups import actions as signups
from voluncity.service.signups.models import Attendance
from voluncity.service.signups.rules import AlreadyIn
from voluncity.service.signups.states import SignupState

PORTION = 200  # places that one press of the button gives; the next press goes on


@transaction.atomic
def assign(
    *, application_id: int, day_id: int, by: User, at: datetime, is_desk: bool = False
) -> Assignment:
    """Put somebody who has confirmed at a post on a day.

    `is_desk`: they stand there now; the place may be given until the shift ends.

    :raises Refusal: with the first reason why not: no place, another sign-up, a missing skill.
    """
    application, row = application_of(application_id), _day(day_id)
    if row.post.group.event_id != application.event_id:
        raise BadInput("岗位不属于这次赛会，请刷新页面。", field="post_day")
    if application.state != ApplicationState.CONFIRMED:
        raise Refusal("本人还没有确认参加，不能安排岗位。", code="events.not_confirmed")
    if row.shift_id is None:
        raise Refusal("赛会公布以后才能安排岗位。", code="events.not_open")
    missing = proposals.missing_for(application.volunteer, row.post, on=row.day)
    if missing:
        raise Refusal(f"这个岗位要求{missing}，本人没有登记。", code="events.not_fit")
    try:
        signup = signups.place(
            shift_id=row.shift_id, volunteer_id=application.volunteer_id, by=by, at=at,
            is_desk=is_desk, event=application.event_id,
        )  # fmt: skip
    except AlreadyIn as refusal:
        raise Refusal("已经安排在这个岗位了。", code="events.already_placed") from refusal
    assignment, _ = Assignment.objects.update_or_create(
        application=application,
        post_day=row,
        defaults={"signup": signup, "assigned_at": at, "assigned_by": by},
    )
    _record("events.assign", application, row, by=by, at=at)
    return assignment


def _day(day_id: int) -> PostDay:
    found = PostDay.objects.select_related("post__group__event", "shift").filter(pk=day_id)
    row: PostDay | None = found.first()
    if row is None:
        raise NotFound("没有找到这个岗位的这一天，请刷新页面。")
    return row


def _record(verb: str, application: Application, row: PostDay, *, by: User, at: datetime) -> None:
    volunteer = application.volunteer
    record(
        verb, application, by=by, at=at,
        on_behalf_of=None if volunteer.user_id == by.pk else volunteer,
        event=application.event_id, post_day=row.pk,
    )  # fmt: skip


def assignment_of(assignment_id: int) -> Assignment:
    """Return the assignment with all that hangs on it.

    :raises NotFound: when there is none.
    """
    found = Assignment.objects.select_related(
        "application__event", "application__volunteer", "post_day__post__group__event", "signup",
        "signup__shift",
    )  # fmt: skip
    row: Assignment | None = found.filter(pk=assignment_id).first()
    if row is None:
        raise NotFound("没有找到这项安排，请刷新页面。")
    return row


@transaction.atomic
def release(*, assignment_id: int, reason: str, by: User, at: datetime) -> Assignment:
    """Take somebody off a post again; the place is free at once.

    :raises Refusal: when they have checked in, or the shift is over.
    """
    assignment = assignment_of(assignment_id)
    text = said(reason, "reason", "原因")
    signups.cancel_signup(signup_id=assignment.signup_id, reason=text, by=by, at=at, is_desk=True)
    _record("events.release", assignment.application, assignment.post_day, by=by, at=at)
    return assignment


@transaction.atomic
def carry_out(*, event_id: int, digest: str, by: User, at: datetime) -> tuple[int, list[str]]:
    """Do what a proposal says, as it was shown; return how many got a place, and who did not.

    :raises WrongState: when the list has changed since it was shown.
    """
    event = event_of(event_id)
    if event.state != EventState.OPEN:
        raise WrongState("赛会没有公布或已经结束，不能安排岗位。", code="wrong_state.carry_out")
    shown = proposals.proposal(event, at=at)
    if shown.digest != digest:
        raise WrongState(
            "名单或岗位刚刚有变化，请再看一遍新的方案。", code="events.proposal_changed"
        )
    done, refused = 0, []
    for line in shown.lines[:PORTION]:
        try:
            assign(application_id=line.application.pk, day_id=line.post_day.pk, by=by, at=at)
        except Refusal as refusal:
            refused.append(f"{line.application.volunteer.name}：{refusal.sentence}")
        else:
            done += 1
    record("events.carry_out", event, by=by, at=at, done=done, refused=len(refused))
    return done, refused


@transaction.atomic
def replace(*, assignment_id: int, application_id: int, by: User, at: datetime) -> Assignment:
    """Let somebody from the reserve take the place of one who did not come.

    The organizer has called them: a reserve is confirmed by it.

    :raises Refusal: when the first person is there after all, or the second may not.
    """
    if not application_id:
        raise BadInput("请选择由谁接替。", code="events.nobody")
    gone = assignment_of(assignment_id)
    if Attendance.objects.filter(signup=gone.signup_id).exists():
        raise Refusal("本人刚刚签到了，不用换人。", code="events.is_there")
    taker = application_of(application_id)
    if taker.event_id != gone.application.event_id:
        raise NotFound("没有找到这份报名。")
    if gone.signup.state == SignupState.PLACED:
        release(assignment_id=gone.pk, reason="没有到岗，由备选人员接替", by=by, at=at)
    if taker.state == ApplicationState.RESERVE:
        taker = step_application(taker, "step_in", by=by, at=at, replied_at=at)
    has_begun = at >= gone.signup.shift.starts_at
    return assign(application_id=taker.pk, day_id=gone.post_day_id, by=by, at=at, is_desk=has_begun)
