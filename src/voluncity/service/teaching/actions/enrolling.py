"""Take part in all meetings of a session, or give the place back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from voluncity.city.orgs import queries as orgs
from voluncity.city.people.models import User, Volunteer
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound, Refusal, WrongState
from voluncity.service.projects.models import Shift
from voluncity.service.projects.states import ActivityState
from voluncity.service.signups import actions as signups
from voluncity.service.signups import queries as signup_queries
from voluncity.service.signups.models import Signup
from voluncity.service.signups.rules import AlreadyIn
from voluncity.service.signups.states import LIVE
from voluncity.service.teaching import queries
from voluncity.service.teaching.models import Session
from voluncity.service.teaching.rules import (
    Learner,
    require_addressed,
    require_enrollment_open,
)
from voluncity.service.teaching.states import Audience
from voluncity.service.training import queries as training


@transaction.atomic
def enroll(
    *, session_id: int, volunteer_id: int, by: User, at: datetime, is_desk: bool = False
) -> list[Signup]:
    """Take a place in every meeting to come, or wait for one where all are taken.

    `is_desk`: who holds the session enrolls somebody, before or after the window as well.

    :raises AlreadyIn: when the volunteer takes part or waits already.
    :raises Refusal: outside the window, when it is not for them, or another appointment clashes.
    """
    session = queries.session_of(session_id)
    volunteer = Volunteer.objects.filter(pk=volunteer_id).first()
    if volunteer is None:
        raise NotFound("没有找到这位志愿者，请核对编号。")
    if session.activity.state != ActivityState.OPEN:
        raise WrongState("这个培训班已经取消，请看看其他培训班。", code="teaching.cancelled")
    if not is_desk:
        require_enrollment_open(opens_at=session.enroll_from, closes_at=session.enroll_until, at=at)
    require_addressed(
        session.audience, _learner(session, volunteer, at=at),
        organization=session.activity.project.organization.name, course=session.course.name,
    )  # fmt: skip
    ahead = _to_come(session, at)
    if not ahead:
        raise Refusal("所有课次都已经开始，不能再报名，请看看其他培训班。", code="teaching.begun")
    made = [
        one for one in (_place(pk, volunteer_id, by, at, is_desk=is_desk) for pk in ahead) if one
    ]
    if not made:
        raise AlreadyIn("您已经报名了这个培训班，请按时参加。")
    return made


def enroll_by_number(*, session_id: int, number: str, by: User, at: datetime) -> Volunteer:
    """Let who holds a session enroll somebody, who may have no account, and return whom.

    :raises BadInput: when nobody has this number.
    :raises AlreadyIn: when the volunteer takes part or waits already.
    :raises Refusal: with the first reason why not.
    """
    volunteer = signup_queries.volunteer_with_number(number)
    enroll(session_id=session_id, volunteer_id=volunteer.pk, by=by, at=at, is_desk=True)
    return volunteer


def _to_come(session: Session, at: datetime) -> list[int]:
    ahead = Shift.objects.filter(activity=session.activity_id, starts_at__gt=at)
    return list(ahead.order_by("starts_at", "pk").values_list("pk", flat=True))


def _place(
    shift_id: int, volunteer_id: int, by: User, at: datetime, *, is_desk: bool
) -> Signup | None:
    try:
        return signups.sign_up_carefully(
            shift_id=shift_id, volunteer_id=volunteer_id, by=by, at=at, wait=True, is_desk=is_desk
        )
    except AlreadyIn:
        return None


def _learner(session: Session, volunteer: Volunteer, *, at: datetime) -> Learner:
    organization_id = session.activity.project.organization_id
    last = local_date(session.activity.ends_at)
    return Learner(
        is_member=session.audience == Audience.MEMBERS
        and orgs.is_member(organization_id=organization_id, volunteer_id=volunteer.pk),
        is_newcomer=session.audience == Audience.NEWCOMERS
        and queries.duty_of(volunteer, at=at) is not None,
        has_certificate=session.audience == Audience.WITHOUT
        and training.has_passed(volunteer.pk, session.course_id, last),
    )


@transaction.atomic
def leave(*, session_id: int, volunteer_id: int, reason: str, by: User, at: datetime) -> int:
    """Give the places in all meetings to come back; return how many they were.

    :raises BadInput: without a reason.
    :raises Refusal: when it is too late, or the volunteer has none.
    """
    session = queries.session_of(session_id)
    mine = Signup.objects.filter(
        volunteer=volunteer_id, shift__activity=session.activity_id, shift__starts_at__gt=at,
        state__in=LIVE,
    )  # fmt: skip
    found = list(mine.order_by("shift__starts_at", "pk").values_list("pk", flat=True))
    if not found:
        raise Refusal("您没有还没开始的课次可以取消。", code="teaching.not_enrolled")
    for pk in found:
        signups.cancel_signup(signup_id=pk, reason=reason, by=by, at=at)
    return len(found)
