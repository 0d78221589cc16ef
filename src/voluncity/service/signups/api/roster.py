"""Operations of the API: who comes, ticks and scans by the leader, the venue's code."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import now
from ninja import Query, Router
from pydantic import Field

from voluncity.city.access import actions as access
from voluncity.city.access.marks import Access
from voluncity.city.access.permissions import Permission
from voluncity.city.people.asking import user_of
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
from voluncity.service.projects.models import Activity, Shift
from voluncity.service.signups import actions, codes, queries
from voluncity.service.signups.api.own import ScanShape, scan_shape
from voluncity.service.signups.models import Signup
from voluncity.service.signups.states import Direction, SignupState

router = Router(tags=["名单与签到（组织）"])

READ, WRITE = TokenScope.ORGANIZER_READ, TokenScope.ORGANIZER_WRITE
SEE = Access("permission", (Permission.SIGNUP_SEE,))
RECORD = Access("permission", (Permission.ATTENDANCE_RECORD,))


class RosterAsked(PageAsked):
    """Which part of the roster."""

    shift_id: Id | None = Field(None, description="只看一个班次")


class RosterLine(Shape):
    """Somebody on the roster; the phone is masked."""

    signup_id: int
    shift_id: int
    shift: str
    number: str = Field(description="志愿者编号")
    name: str
    phone: str = Field(description="手机号（脱敏）")
    state: SignupState
    state_label: str
    in_at: datetime | None
    out_at: datetime | None


class TickAsked(Asked):
    """Somebody came or went."""

    direction: Direction
    nonce: Nonce


class CardAsked(Asked):
    """A volunteer's code or number."""

    code: Words = Field(max_length=300, description="志愿者码的内容，或志愿者编号")
    nonce: Nonce
    direction: Direction | None = None


class AddAsked(Asked):
    """Somebody who came without having signed up."""

    number: Words = Field(max_length=40, description="志愿者编号")
    risks_told: YesNo = Field(description="已当面告知风险并得到本人同意")


class TakeOffAsked(Asked):
    """Why somebody is taken off the roster."""

    reason: Words = Field(max_length=10_000)


class VenueCode(Shape):
    """The code on the organizer's screen at this moment."""

    token: str
    number: str = Field(description="扫不了码时输入的六位数字")
    url: str = Field(description="做成二维码的网址")
    lasts_seconds: int


@operation(
    router, "GET", "organizer/activities/{activity_id}/roster", summary="活动名单",
    answer=Page[RosterLine], access=SEE, scope=READ,
)  # fmt: skip
def roster(request: HttpRequest, activity_id: Id, asked: Query[RosterAsked]) -> Page[RosterLine]:
    """已报名和候补的人，按班次和报名先后。"""
    activity = cast(
        Activity,
        access.fetch(
            user_of(request),
            Permission.SIGNUP_SEE,
            Activity.objects.all(),
            at=now(),
            pk=activity_id,
        ),
    )
    shift = activity.shifts.filter(pk=asked.shift_id).first() if asked.shift_id else None
    found = queries.roster(activity, shift)
    rows, place = rows_of(found.none() if asked.shift_id and shift is None else found, asked)
    lines = [_line(row) for row in queries.roster_rows(rows)]
    return Page[RosterLine](items=lines, **place)


@operation(
    router, "GET", "organizer/shifts/{shift_id}/venue-code", summary="现场签到码",
    answer=VenueCode, access=RECORD, scope=READ,
)  # fmt: skip
def venue_code(request: HttpRequest, shift_id: Id) -> VenueCode:
    """显示在现场屏幕上，每 15 秒取一次新的。"""
    _shift(request, shift_id)
    at = now()
    token = codes.venue_token(shift_id, at=at)
    return VenueCode(
        token=token,
        number=codes.venue_number(shift_id, at=at),
        url=settings.VOLUNCITY_PUBLIC_URL + reverse("signups:check_in", args=[token]),
        lasts_seconds=int(codes.STEP.total_seconds()),
    )


@operation(
    router, "POST", "organizer/signups/{signup_id}/ticks", summary="点名",
    answer=ScanShape, access=RECORD, scope=WRITE, status=CREATED,
)  # fmt: skip
def tick(request: HttpRequest, signup_id: Id, asked: TickAsked) -> ScanShape:
    """领队在名单上点签到或签退；不算扫码为证，时长须第二人复核。"""
    _signup(request, signup_id)
    passed = actions.tick(
        signup_id=signup_id,
        direction=asked.direction,
        nonce=asked.nonce,
        by=user_of(request),
        at=now(),
    )
    return scan_shape(passed)


@operation(
    router, "POST", "organizer/shifts/{shift_id}/scans", summary="扫志愿者码",
    answer=ScanShape, access=RECORD, scope=WRITE, status=CREATED,
)  # fmt: skip
def scan_card(request: HttpRequest, shift_id: Id, asked: CardAsked) -> ScanShape:
    """扫志愿者码签到或签退；输入编号等同点名。"""
    _shift(request, shift_id)
    passed = actions.scan_volunteer_code(
        code=asked.code,
        shift_id=shift_id,
        nonce=asked.nonce,
        by=user_of(request),
        at=now(),
        direction=asked.direction or "",
    )
    return scan_shape(passed)


@operation(
    router, "POST", "organizer/shifts/{shift_id}/signups", summary="代为报名",
    answer=RosterLine, access=RECORD, scope=WRITE, status=CREATED,
)  # fmt: skip
def add(request: HttpRequest, shift_id: Id, asked: AddAsked) -> RosterLine:
    """为已到现场、没有报名的志愿者登记；名额已满时进入候补。"""
    _shift(request, shift_id)
    made = actions.sign_up_by_number(
        shift_id=shift_id,
        number=asked.number,
        risks_told=asked.risks_told,
        by=user_of(request),
        at=now(),
    )
    return _told(made.pk)


@operation(
    router, "POST", "organizer/signups/{signup_id}/cancel", summary="代为取消报名",
    answer=RosterLine, access=RECORD, scope=WRITE,
)  # fmt: skip
def take_off(request: HttpRequest, signup_id: Id, asked: TakeOffAsked) -> RosterLine:
    """写明原因，本人会收到；有人候补的轮到下一位。"""
    _signup(request, signup_id)
    actions.cancel_signup(
        signup_id=signup_id, reason=asked.reason, by=user_of(request), at=now(), is_desk=True
    )
    return _told(signup_id)


def _shift(request: HttpRequest, shift_id: int) -> None:
    access.fetch(
        user_of(request), Permission.ATTENDANCE_RECORD, Shift.objects.all(), at=now(), pk=shift_id
    )


def _signup(request: HttpRequest, signup_id: int) -> None:
    access.fetch(
        user_of(request), Permission.ATTENDANCE_RECORD, Signup.objects.all(), at=now(), pk=signup_id
    )


def _told(signup_id: int) -> RosterLine:
    found = Signup.objects.select_related("shift", "volunteer", "attendance").get(pk=signup_id)
    return _line(queries.roster_rows([found])[0])


def _line(row: queries.RosterRow) -> RosterLine:
    one, attendance = row.signup, row.attendance
    return RosterLine(
        signup_id=one.pk,
        shift_id=one.shift_id,
        shift=one.shift.name,
        number=one.volunteer.number,
        name=one.volunteer.name,
        phone=row.phone,
        state=SignupState(one.state),
        state_label=SignupState(one.state).label,
        in_at=local(attendance.in_at) if attendance else None,
        out_at=local(attendance.out_at) if attendance else None,
    )
