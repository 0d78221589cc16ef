"""Operations of the API: what waits, confirm, approve, refuse and enter hours."""

from __future__ import annotations

from typing import Literal

from django.db.models import QuerySet
from django.http import HttpRequest
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
    BodyId,
    Id,
    Instant,
    Page,
    PageAsked,
    Shape,
    Words,
    rows_of,
)
from voluncity.city.tokens.states import TokenScope
from voluncity.kernel.clock import local_date
from voluncity.service.hours import actions, queries
from voluncity.service.hours.api.own import RecordShape, told
from voluncity.service.hours.models import ServiceRecord
from voluncity.service.hours.states import Approver
from voluncity.service.signups.models import Signup

router = Router(tags=["时长（组织）"])

READ, WRITE = TokenScope.ORGANIZER_READ, TokenScope.ORGANIZER_WRITE
SEE = Access("permission", (Permission.HOURS_SEE,))
CONFIRM = Access("permission", (Permission.HOURS_CONFIRM,))
APPROVE = Access("permission", (Permission.HOURS_APPROVE,))
EITHER = Access("permission", (Permission.HOURS_CONFIRM, Permission.HOURS_APPROVE))


class QueueAsked(PageAsked):
    """Which queue."""

    queue: Literal["confirm", "approve", "overdue"] = Field(
        "confirm", description="待我确认、待我复核、已超期"
    )
    activity_id: Id | None = None


class DeskRecord(RecordShape):
    """A record as the people who decide on it see it."""

    signup_id: int
    volunteer_number: str
    volunteer: str
    approver: Approver
    approver_label: str = Field(description="须由谁复核")


class RecordsAsked(Asked):
    """Which records."""

    record_ids: list[BodyId] = Field(min_length=1, max_length=actions.MOST_AT_ONCE)


class RefuseAsked(RecordsAsked):
    """Which records count for nothing, and why."""

    reason: Words = Field(max_length=10_000)


class EnterAsked(Asked):
    """The time of somebody who was there without any scan."""

    starts_at: Instant
    ends_at: Instant
    reason: Words = Field(max_length=10_000)


class Kept(Shape):
    """A record that stayed as it was."""

    record_id: int
    code: str
    sentence: str


class Decided(Shape):
    """What became of the records."""

    done: list[DeskRecord]
    refused: list[Kept] = Field(description="没有办成的记录和原因")


@operation(
    router, "GET", "organizer/hours", summary="待办的时长", answer=Page[DeskRecord],
    access=SEE, scope=READ,
)  # fmt: skip
def queue(request: HttpRequest, asked: Query[QueueAsked]) -> Page[DeskRecord]:
    """等待本人确认或复核的记录，以及管理范围内超期的记录。"""
    user = user_of(request)
    found = {
        "confirm": lambda: queries.to_confirm(user),
        "approve": lambda: queries.to_approve(user),
        "overdue": lambda: queries.overdue(user, today=local_date(now())),
    }[asked.queue]()
    if asked.activity_id:
        found = found.filter(signup__shift__activity=asked.activity_id)
    rows, place = rows_of(_with_names(found).order_by("due_on", "pk"), asked)
    return Page[DeskRecord](items=[_shape(row) for row in rows], **place)


@operation(
    router, "POST", "organizer/hours/confirm", summary="确认时长", answer=Decided,
    access=CONFIRM, scope=WRITE,
)  # fmt: skip
def confirm(request: HttpRequest, asked: RecordsAsked) -> Decided:
    """扫码为证、当日不超限的立即入账，其余等待复核。"""
    outcome = actions.confirm(record_ids=asked.record_ids, by=user_of(request), at=now())
    return _decided(outcome)


@operation(
    router, "POST", "organizer/hours/approve", summary="复核时长", answer=Decided,
    access=APPROVE, scope=WRITE,
)  # fmt: skip
def approve(request: HttpRequest, asked: RecordsAsked) -> Decided:
    """不能复核自己确认的、自己签到的，也不能复核自己的时长。"""
    outcome = actions.approve(record_ids=asked.record_ids, by=user_of(request), at=now())
    return _decided(outcome)


@operation(
    router, "POST", "organizer/hours/refuse", summary="不予计时", answer=Decided,
    access=EITHER, scope=WRITE,
)  # fmt: skip
def refuse(request: HttpRequest, asked: RefuseAsked) -> Decided:
    """写明原因，志愿者会看到。"""
    outcome = actions.refuse(
        record_ids=asked.record_ids, reason=asked.reason, by=user_of(request), at=now()
    )
    return _decided(outcome)


@operation(
    router, "POST", "organizer/signups/{signup_id}/hours", summary="补记时长",
    answer=DeskRecord, access=CONFIRM, scope=WRITE, status=CREATED,
)  # fmt: skip
def enter(request: HttpRequest, signup_id: Id, asked: EnterAsked) -> DeskRecord:
    """没有扫码的人由负责人补记，须第二人复核并公示后入账。"""
    user = user_of(request)
    access.fetch(user, Permission.HOURS_CONFIRM, Signup.objects.all(), at=now(), pk=signup_id)
    made = actions.enter(
        signup_id=signup_id,
        starts_at=asked.starts_at,
        ends_at=asked.ends_at,
        reason=asked.reason,
        by=user,
        at=now(),
    )
    return _shape(_with_names(ServiceRecord.objects.all()).get(pk=made.pk))


def _with_names(rows: QuerySet[ServiceRecord]) -> QuerySet[ServiceRecord]:
    return rows.select_related("volunteer", "organization", "signup__shift__activity")


def _decided(outcome: actions.Outcome) -> Decided:
    ids = [one.pk for one in outcome.done]
    done = _with_names(ServiceRecord.objects.filter(pk__in=ids)).order_by("pk")
    return Decided(
        done=[_shape(one) for one in done],
        refused=[
            Kept(record_id=pk, code=refusal.code, sentence=refusal.sentence)
            for pk, refusal in outcome.refused.items()
        ],
    )


def _shape(record: ServiceRecord) -> DeskRecord:
    return DeskRecord(
        **told(record),
        signup_id=record.signup_id,
        volunteer_number=record.volunteer.number,
        volunteer=record.volunteer.name,
        approver=Approver(record.approver),
        approver_label=Approver(record.approver).label,
    )
