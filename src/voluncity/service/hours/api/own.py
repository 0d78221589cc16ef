"""Operations of the API: one's own hours, receipts, and requests to correct them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.utils.timezone import now
from ninja import Query, Router
from pydantic import Field

from voluncity.city.access.marks import VOLUNTEER
from voluncity.city.people.asking import user_of
from voluncity.city.tokens.operations import CREATED, operation
from voluncity.city.tokens.shapes import (
    Asked,
    Id,
    Page,
    PageAsked,
    Shape,
    Words,
    local,
    rows_of,
)
from voluncity.city.tokens.states import TokenScope
from voluncity.kernel.refusals import NotFound
from voluncity.service.hours import actions, queries
from voluncity.service.hours.models import Correction, ServiceRecord
from voluncity.service.hours.states import CorrectionState, RecordState, Trust

router = Router(tags=["我的时长"])

READ, WRITE = TokenScope.VOLUNTEER_READ, TokenScope.VOLUNTEER_WRITE


class Balance(Shape):
    """What a volunteer has."""

    proven_minutes: int = Field(description="信用时长（扫码签到签退为证）")
    entered_minutes: int = Field(description="荣誉时长（补记）")
    total_minutes: int
    pending_minutes: int = Field(description="已记录、还没有入账")


class RecordShape(Shape):
    """The minutes of one presence."""

    id: int
    activity: str
    organization: str
    served_on: date
    minutes: int
    trust: Trust
    trust_label: str
    state: RecordState
    state_label: str
    state_reason: str
    due_on: date = Field(description="组织应在这天前完成记录")


class Receipt(RecordShape):
    """How a record came about."""

    planned_from: datetime
    planned_to: datetime
    actual_from: datetime
    actual_to: datetime
    rule: str = Field(description="计时规则")
    confirmed_at: datetime | None
    approved_at: datetime | None
    posted_at: datetime | None
    may_ask_correction: bool


class CorrectionAsked(Asked):
    """What is wrong."""

    text: Words = Field(max_length=10_000, description="哪里不对、应该是多少")


class CorrectionShape(Shape):
    """A request to correct a record."""

    id: int
    record_id: int
    text: str
    state: CorrectionState
    state_label: str
    asked_at: datetime
    due_on: date = Field(description="组织应在这天前答复")
    answer: str


@operation(
    router, "GET", "me/balance", summary="我的时长合计", answer=Balance, access=VOLUNTEER,
    scope=READ,
)  # fmt: skip
def balance(request: HttpRequest) -> Balance:
    """来自台账，随入账和冲销立即变化。"""
    volunteer_id = user_of(request).volunteer.pk
    minutes = queries.minutes_of(volunteer_id)
    return Balance(
        proven_minutes=minutes.proven,
        entered_minutes=minutes.entered,
        total_minutes=minutes.total,
        pending_minutes=queries.pending_minutes(volunteer_id),
    )


@operation(
    router, "GET", "me/hours", summary="我的时长记录", answer=Page[RecordShape],
    access=VOLUNTEER, scope=READ,
)  # fmt: skip
def records(request: HttpRequest, asked: Query[PageAsked]) -> Page[RecordShape]:
    """最近的服务在前。"""
    rows, place = rows_of(queries.records_of(user_of(request).volunteer.pk), asked)
    return Page[RecordShape](items=[RecordShape(**told(row)) for row in rows], **place)


@operation(
    router, "GET", "me/hours/{record_id}", summary="时长回执", answer=Receipt,
    access=VOLUNTEER, scope=READ,
)  # fmt: skip
def receipt(request: HttpRequest, record_id: Id) -> Receipt:
    """计划、实际、规则、结果，以及确认和复核的时间。"""
    found = _own(request, record_id)
    return Receipt(
        **told(found),
        planned_from=local(found.planned_from),
        planned_to=local(found.planned_to),
        actual_from=local(found.actual_from),
        actual_to=local(found.actual_to),
        rule=found.rule,
        confirmed_at=local(found.confirmed_at),
        approved_at=local(found.approved_at),
        posted_at=local(found.posted_at),
        may_ask_correction=queries.may_ask_correction(found),
    )


@operation(
    router, "POST", "me/hours/{record_id}/corrections", summary="申请更正时长",
    answer=CorrectionShape, access=VOLUNTEER, scope=WRITE, status=CREATED,
)  # fmt: skip
def ask_correction(request: HttpRequest, record_id: Id, asked: CorrectionAsked) -> CorrectionShape:
    """民政部令第 67 号第十三条：志愿者可以要求更正记录。"""
    user = user_of(request)
    made = actions.ask_correction(
        record_id=record_id, volunteer=user.volunteer, text=asked.text, by=user, at=now()
    )
    return _correction(made)


def _own(request: HttpRequest, record_id: int) -> ServiceRecord:
    found = queries.receipt(user_of(request).volunteer.pk, record_id)
    if found is None:
        raise NotFound("没有找到这条时长记录。")
    return found


def told(record: ServiceRecord) -> dict[str, Any]:
    """Return the parts of a record that everybody concerned is told."""
    return {
        "id": record.pk,
        "activity": record.signup.shift.activity.name,
        "organization": record.organization.name,
        "served_on": record.served_on,
        "minutes": record.minutes,
        "trust": Trust(record.trust),
        "trust_label": Trust(record.trust).label,
        "state": RecordState(record.state),
        "state_label": RecordState(record.state).label,
        "state_reason": record.state_reason,
        "due_on": record.due_on,
    }


def _correction(one: Correction) -> CorrectionShape:
    return CorrectionShape(
        id=one.pk,
        record_id=one.record_id,
        text=one.text,
        state=CorrectionState(one.state),
        state_label=CorrectionState(one.state).label,
        asked_at=local(one.asked_at),
        due_on=one.due_on,
        answer=one.answer,
    )
