"""Operations of the API: see an activity, sign up, cancel, check in and out."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Literal

from django.http import HttpRequest
from django.utils.timezone import now
from ninja import Query, Router
from pydantic import Field

from voluncity.city.access.marks import PUBLIC, VOLUNTEER
from voluncity.city.people.asking import user_of
from voluncity.city.people.models import User
from voluncity.city.tokens.operations import CREATED, operation
from voluncity.city.tokens.shapes import (
    Asked,
    Id,
    Nonce,
    Page,
    PageAsked,
    Shape,
    Words,
    YesNo,
    local,
    rows_of,
)
from voluncity.city.tokens.states import TokenScope
from voluncity.kernel.refusals import NotFound
from voluncity.kernel.text import half_width_digits
from voluncity.service.projects.models import Activity
from voluncity.service.projects.states import PUBLIC_STATES, ActivityState
from voluncity.service.signups import actions, codes, queries
from voluncity.service.signups.models import Scan, Signup
from voluncity.service.signups.states import Direction, SignupState

router = Router(tags=["报名与签到"])

READ, WRITE = TokenScope.VOLUNTEER_READ, TokenScope.VOLUNTEER_WRITE
_LINK = re.compile(r"/c/([^/?#\s]{1,250})/?$")
_TYPED = re.compile(rf"\d{{{codes.DIGITS}}}")


class ReasonShape(Shape):
    """Why somebody may not have a place."""

    code: str
    sentence: str


class ShiftLook(Shape):
    """One shift as the person who asks sees it."""

    id: int
    name: str = Field(description="岗位")
    starts_at: datetime
    ends_at: datetime
    capacity: int
    free: int
    waiting: int = Field(description="候补人数")
    may_sign_up: bool
    may_wait: bool = Field(description="名额已满，可以候补")
    reasons: list[ReasonShape] = Field(description="不能报名的原因；没有密钥时只看班次本身")
    my_signup_id: int | None


class ActivityLook(Shape):
    """An activity with all its shifts."""

    id: int
    project_id: int
    name: str
    description: str
    organization: str
    category: str
    region: str
    address: str
    lat: float | None
    lng: float | None
    risk_notice: str = Field(description="风险告知，报名前须知悉")
    is_cancelled: bool
    state_reason: str
    shifts: list[ShiftLook]


class SignUpAsked(Asked):
    """Sign up for a shift."""

    risks_read: YesNo = Field(description="已阅读风险告知")
    wait: YesNo = Field(default=False, description="名额已满时候补")


class CancelAsked(Asked):
    """Give a place back."""

    reason: Words = Field(max_length=10_000, description="取消的原因")


class AnswerAsked(Asked):
    """Answer an offered place."""

    answer: Literal["accept", "decline", "stay"] = Field(
        description="接受，让给下一位，或让给下一位并排到候补的最后"
    )


class SignupShape(Shape):
    """One of one's own sign-ups."""

    id: int
    shift_id: int
    activity_id: int
    activity: str
    organization: str
    shift: str
    starts_at: datetime
    ends_at: datetime
    address: str
    state: SignupState
    state_label: str
    offered_until: datetime | None = Field(description="名额为本人留到何时；在此之前答复")
    before_me: int = Field(description="候补时排在前面的人数")
    in_at: datetime | None = Field(description="签到时间")
    out_at: datetime | None = Field(description="签退时间")


class SignupsAsked(PageAsked):
    """Which of them."""

    tab: Literal["coming", "waiting", "past"] = Field(
        "coming", description="将参加、候补（含待答复）、已结束或已取消"
    )


class ScanAsked(Asked):
    """What was scanned at the venue."""

    code: Words = Field(max_length=300, description="现场码的内容，或它下面的六位数字")
    nonce: Nonce = Field(description="本次操作的随机串；重发时不变")
    direction: Direction | None = Field(None, description="不填时先签到、后签退")


class ScanShape(Shape):
    """Somebody passed the door."""

    direction: Direction
    label: str
    at: datetime
    shift_id: int
    activity: str


@operation(
    router, "GET", "activities/{activity_id}", summary="活动详情", answer=ActivityLook,
    access=PUBLIC,
)  # fmt: skip
def activity(request: HttpRequest, activity_id: Id) -> ActivityLook:
    """带密钥时，每个班次都说明本人能不能报名、为什么。"""
    found = (
        Activity.objects.select_related(
            "project__organization", "project__category", "project__course", "region"
        )
        .prefetch_related("project__skills")
        .filter(pk=activity_id, project__state__in=PUBLIC_STATES)
        .exclude(state=ActivityState.DRAFT)
        .first()
    )
    if found is None:
        raise NotFound("没有找到这个活动，请重新查找。")
    volunteer = getattr(request.user, "volunteer_or_none", None)
    return ActivityLook(
        id=found.pk,
        project_id=found.project_id,
        name=found.name,
        description=found.description,
        organization=found.project.organization.name,
        category=found.project.category.name,
        region=found.region.name,
        address=found.address,
        lat=found.lat,
        lng=found.lng,
        risk_notice=found.project.risk_notice,
        is_cancelled=found.state == ActivityState.CANCELLED,
        state_reason=found.state_reason,
        shifts=[_look(look) for look in queries.looks(found, volunteer, at=now())],
    )


def _look(look: queries.Look) -> ShiftLook:
    return ShiftLook(
        id=look.shift.pk,
        name=look.shift.name,
        starts_at=local(look.shift.starts_at),
        ends_at=local(look.shift.ends_at),
        capacity=look.shift.capacity,
        free=look.free,
        waiting=look.waiting,
        may_sign_up=look.may_sign_up,
        may_wait=look.may_wait,
        reasons=[ReasonShape(code=one.code, sentence=one.sentence) for one in look.reasons],
        my_signup_id=look.signup.pk if look.signup else None,
    )


@operation(
    router, "POST", "shifts/{shift_id}/signups", summary="报名", answer=SignupShape,
    access=VOLUNTEER, scope=WRITE, status=CREATED,
)  # fmt: skip
def sign_up(request: HttpRequest, shift_id: Id, asked: SignUpAsked) -> SignupShape:
    """名额绝不超出。已满时，wait 为 true 则进入候补，轮到时通知，在时限内答复。"""
    user = user_of(request)
    made = actions.sign_up(
        shift_id=shift_id,
        volunteer_id=user.volunteer.pk,
        by=user,
        at=now(),
        risks_read=asked.risks_read,
        wait=asked.wait,
    )
    return _mine(user, made.pk)


@operation(
    router, "GET", "me/signups", summary="我的报名", answer=Page[SignupShape],
    access=VOLUNTEER, scope=READ,
)  # fmt: skip
def signups(request: HttpRequest, asked: Query[SignupsAsked]) -> Page[SignupShape]:
    """将参加的按时间先后，已过去的从近到远。"""
    found = queries.my_signups(user_of(request).volunteer, asked.tab, at=now())
    rows, place = rows_of(found, asked)
    return Page[SignupShape](items=[_shape(row) for row in rows], **place)


@operation(
    router, "GET", "me/signups/{signup_id}", summary="我的一次报名", answer=SignupShape,
    access=VOLUNTEER, scope=READ,
)  # fmt: skip
def signup(request: HttpRequest, signup_id: Id) -> SignupShape:
    """状态、签到和签退时间。"""
    return _mine(user_of(request), signup_id)


@operation(
    router, "POST", "me/signups/{signup_id}/cancel", summary="取消报名", answer=SignupShape,
    access=VOLUNTEER, scope=WRITE,
)  # fmt: skip
def cancel(request: HttpRequest, signup_id: Id, asked: CancelAsked) -> SignupShape:
    """截止时间前可以取消，名额轮到候补的人。"""
    user = user_of(request)
    queries.my_signup(user.volunteer, signup_id)
    actions.cancel_signup(signup_id=signup_id, reason=asked.reason, by=user, at=now())
    return _mine(user, signup_id)


@operation(
    router, "POST", "me/signups/{signup_id}/answer", summary="答复候补的名额", answer=SignupShape,
    access=VOLUNTEER, scope=WRITE,
)  # fmt: skip
def answer_offer(request: HttpRequest, signup_id: Id, asked: AnswerAsked) -> SignupShape:
    """轮到候补时，名额留到 offered_until；过时不答复，给下一位。"""
    user = user_of(request)
    queries.my_signup(user.volunteer, signup_id)
    if asked.answer == "accept":
        actions.accept_offer(signup_id=signup_id, by=user, at=now())
    else:
        stay = asked.answer == "stay"
        actions.decline_offer(signup_id=signup_id, stay=stay, by=user, at=now())
    return _mine(user, signup_id)


@operation(
    router, "POST", "scans", summary="扫现场码签到或签退", answer=ScanShape,
    access=VOLUNTEER, scope=WRITE, status=CREATED,
)  # fmt: skip
def scan(request: HttpRequest, asked: ScanAsked) -> ScanShape:
    """现场码每 15 秒更换。同一 nonce 重发得到第一次的结果。"""
    user, at = user_of(request), now()
    passed = actions.scan_venue_code(
        token=_token(asked.code, user, at),
        volunteer=user.volunteer,
        nonce=asked.nonce,
        by=user,
        at=at,
        direction=asked.direction or "",
    )
    return scan_shape(passed)


def _token(raw: str, user: User, at: datetime) -> str:
    code = re.sub(r"\s", "", half_width_digits(raw))
    if link := _LINK.search(code):
        return link[1]
    if _TYPED.fullmatch(code):
        return actions.type_venue_number(number=code, volunteer=user.volunteer, by=user, at=at)
    return code


def scan_shape(passed: Scan) -> ScanShape:
    """Return an accepted scan as it is told."""
    found = Scan.objects.select_related("shift__activity").get(pk=passed.pk)
    shift = found.shift
    return ScanShape(
        direction=Direction(found.direction),
        label=Direction(found.direction).label,
        at=local(found.at),
        shift_id=shift.pk if shift else 0,
        activity=shift.activity.name if shift else "",
    )


def _mine(user: User, signup_id: int) -> SignupShape:
    return _shape(queries.my_signup(user.volunteer, signup_id))


def _shape(one: Signup) -> SignupShape:
    shift, attendance = one.shift, getattr(one, "attendance", None)
    return SignupShape(
        id=one.pk,
        shift_id=shift.pk,
        activity_id=shift.activity_id,
        activity=shift.activity.name,
        organization=shift.activity.project.organization.name,
        shift=shift.name,
        starts_at=local(shift.starts_at),
        ends_at=local(shift.ends_at),
        address=shift.activity.address,
        state=SignupState(one.state),
        state_label=SignupState(one.state).label,
        offered_until=local(one.offered_until) if one.offered_until else None,
        before_me=queries.place_in_line(one),
        in_at=local(attendance.in_at) if attendance else None,
        out_at=local(attendance.out_at) if attendance else None,
    )
