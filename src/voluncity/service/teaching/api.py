"""Operations of the API: trainings to come, taking part, and giving the place back."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from django.http import HttpRequest
from django.utils.timezone import now
from ninja import Query, Router
from pydantic import Field

from voluncity.city.access.marks import PUBLIC, VOLUNTEER
from voluncity.city.people.asking import user_of
from voluncity.city.people.models import User, Volunteer
from voluncity.city.tokens.operations import CREATED, operation
from voluncity.city.tokens.shapes import Asked, Id, Page, PageAsked, Shape, Words, local, rows_of
from voluncity.city.tokens.states import TokenScope
from voluncity.service.teaching import actions, queries
from voluncity.service.teaching.models import Session
from voluncity.service.teaching.queries.sessions import Place
from voluncity.service.teaching.states import Audience

router = Router(tags=["培训"])

WRITE = TokenScope.VOLUNTEER_WRITE


class MeetingShape(Shape):
    """One meeting of a training."""

    name: str = Field(description="课次")
    starts_at: datetime
    ends_at: datetime


class TrainingShape(Shape):
    """A training session as the person who asks sees it."""

    id: int
    name: str
    course: str = Field(description="课程")
    organization: str = Field(description="举办组织")
    trainers: str = Field(description="讲师")
    address: str
    audience: Audience = Field(description="培训对象")
    audience_label: str
    enroll_from: datetime
    enroll_until: datetime
    free: int = Field(description="剩余名额；为 0 时可以候补")
    meetings: list[MeetingShape]
    my_place: Literal["none", "waiting", "placed"] = Field(
        description="本人没有报名、在候补或已报名；没有密钥时总是没有"
    )


class LeaveAsked(Asked):
    """Give the places back."""

    reason: Words = Field(max_length=10_000, description="取消的原因")


@operation(
    router, "GET", "trainings", summary="将开的培训班", answer=Page[TrainingShape], access=PUBLIC,
)  # fmt: skip
def trainings(request: HttpRequest, asked: Query[PageAsked]) -> Page[TrainingShape]:
    """最近的在前。学习时长不计入志愿服务时长。"""
    found = queries.coming(at=now()).prefetch_related("activity__shifts")
    rows, place = rows_of(found, asked)
    places = queries.places_of(rows, _volunteer(request))
    return Page[TrainingShape](items=[_shape(one, places[one.pk]) for one in rows], **place)


@operation(
    router, "POST", "trainings/{training_id}/enrollment", summary="报名培训班",
    answer=TrainingShape, access=VOLUNTEER, scope=WRITE, status=CREATED,
)  # fmt: skip
def enroll(request: HttpRequest, training_id: Id) -> TrainingShape:
    """报名全部还没开始的课次；已满的课次进入候补，有人取消时依次递补。"""
    user = user_of(request)
    actions.enroll(session_id=training_id, volunteer_id=user.volunteer.pk, by=user, at=now())
    return _mine(user, training_id)


@operation(
    router, "POST", "trainings/{training_id}/leave", summary="取消培训班报名",
    answer=TrainingShape, access=VOLUNTEER, scope=WRITE,
)  # fmt: skip
def leave_training(request: HttpRequest, training_id: Id, asked: LeaveAsked) -> TrainingShape:
    """取消全部还没开始的课次，名额轮到候补的人。"""
    user = user_of(request)
    actions.leave(
        session_id=training_id, volunteer_id=user.volunteer.pk, reason=asked.reason, by=user,
        at=now(),
    )  # fmt: skip
    return _mine(user, training_id)


def _volunteer(request: HttpRequest) -> Volunteer | None:
    found: Volunteer | None = getattr(request.user, "volunteer_or_none", None)
    return found


def _mine(user: User, training_id: int) -> TrainingShape:
    session = queries.session_of(training_id)
    return _shape(session, queries.place_of(session, user.volunteer))


def _shape(session: Session, place: Place) -> TrainingShape:
    activity = session.activity
    shifts = list(activity.shifts.all())
    mine: Literal["waiting", "placed"] = "waiting" if place.is_waiting else "placed"
    return TrainingShape(
        id=session.pk,
        name=activity.name,
        course=session.course.name,
        organization=activity.project.organization.name,
        trainers=session.trainers,
        address=activity.address,
        audience=Audience(session.audience),
        audience_label=Audience(session.audience).label,
        enroll_from=local(session.enroll_from),
        enroll_until=local(session.enroll_until),
        free=min((one.capacity - one.taken for one in shifts), default=0),
        meetings=[
            MeetingShape(name=one.name, starts_at=local(one.starts_at), ends_at=local(one.ends_at))
            for one in shifts
        ],
        my_place=mine if place.is_in else "none",
    )
