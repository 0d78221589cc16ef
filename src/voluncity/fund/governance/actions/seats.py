"""Appoint people for a term, and let them go."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q

from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.city.policy import queries as policy
from voluncity.fund.governance import queries, rules
from voluncity.fund.governance.models import Fund, Resolution, Seat
from voluncity.fund.governance.rules import SeatPlan
from voluncity.fund.governance.states import ONLY_ONE, Body, Duty
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, Refusal, WrongState
from voluncity.kernel.text import words

TERM_IS_OVER = "任期届满"


@transaction.atomic
def appoint(
    *,
    fund: Fund,
    plan: SeatPlan,
    by: User,
    at: datetime,
    user: User | None = None,
    resolution: Resolution | None = None,
) -> Seat:
    """Give somebody a seat for a term; an earlier term that is over by then is closed.

    :raises BadInput: at the field that is wrong.
    :raises Refusal: when the person sits in this fund already, heads too many others, or the
        duty is taken.
    """
    said = rules.seat_plan(plan)
    refuse_other_fund(fund, resolution)
    seat = Seat(fund=fund, user=user, resolution=resolution, made_at=at, made_by=by, **asdict(said))
    _close_what_is_over(seat)
    _refuse_who_cannot_be_told_apart(seat)
    if (seat.body, seat.duty) == (Body.LEADING, Duty.HEAD):
        _refuse_who_heads_too_many(seat, at=at)
    try:
        with transaction.atomic():
            seat.save(force_insert=True)
    except IntegrityError as error:
        raise _taken(seat) from error
    record(
        "governance.appoint", ("fund_seat", seat.pk), by=by, at=at, fund=fund.pk,
        body=seat.body, duty=seat.duty, holder=user.pk if user else None,
    )  # fmt: skip
    return seat


def _close_what_is_over(seat: Seat) -> None:
    over = Seat.objects.filter(fund=seat.fund, ended_on=None, until_on__lte=seat.from_on)
    same = Q(person=seat.person, unit=seat.unit)
    if seat.user_id:
        same |= Q(user_id=seat.user_id)
    if seat.duty in ONLY_ONE:
        same |= Q(body=seat.body, duty=seat.duty)
    for one in over.filter(same):
        # The last day of a term is a day in office, unless the next one begins on it.
        gone_on = min(one.until_on + timedelta(days=1), seat.from_on)
        Seat.objects.filter(pk=one.pk).update(ended_on=gone_on, ended_reason=TERM_IS_OVER)


def _refuse_who_cannot_be_told_apart(seat: Seat) -> None:
    """Take a namesake for the same person unless both units are named (no seat beside another).

    :raises Refusal: when somebody of this name is in office in that term.
    """
    named = Seat.objects.filter(
        fund=seat.fund, person=seat.person, ended_on=None, from_on__lte=seat.until_on,
        until_on__gte=seat.from_on,
    )  # fmt: skip
    if named.exists() if not seat.unit else named.filter(unit="").exists():
        raise Refusal(
            f"本基金已有名叫{seat.person}的在任人员，领导小组和监督小组的人员不能互相兼任。"
            "确实是同名的两个人，请都写明单位和职务。",
            code="governance.sits_already", field="unit",
        )  # fmt: skip


def _refuse_who_heads_too_many(seat: Seat, *, at: datetime) -> None:
    """Let nobody head more funds at a time than the city allows (RULES §2.5).

    The seats that somebody holds are taken first: two who give the last one take turns.

    :raises Refusal: when it would be one too many.
    """
    held = queries.headed_beside(seat)
    list(held.select_for_update(no_key=True, of=("self",)).order_by("pk").values_list("pk"))
    most = policy.number("fund.headed_most", on=local_date(at))
    if held.values("fund").distinct().count() >= most:
        raise Refusal(
            f"{seat.person}已经担任 {most} 个运行中的专项基金的领导小组组长，"
            f"一个人最多担任 {most} 个。请另选一位，或者先办理其他基金的离任；"
            "确实是同名的另一个人，请写明单位和职务。",
            code="governance.heads_too_many", field="person",
        )  # fmt: skip


def _taken(seat: Seat) -> Refusal:
    live = Seat.objects.filter(fund=seat.fund, ended_on=None)
    if seat.duty in ONLY_ONE and live.filter(body=seat.body, duty=seat.duty).exists():
        return Refusal(
            f"{seat.get_body_display()}已有{seat.get_duty_display()}，请先办理离任。",
            code="governance.duty_taken", field="duty",
        )  # fmt: skip
    return Refusal(
        "这个人在本基金已有职务。领导小组和监督小组的人员不能互相兼任，请先办理离任。",
        code="governance.sits_already", field="person",
    )  # fmt: skip


def refuse_other_fund(fund: Fund, resolution: Resolution | None) -> None:
    """Take only a resolution of this fund that holds.

    :raises BadInput: when it is another fund's or was repealed.
    """
    if resolution is None:
        return
    if resolution.fund_id != fund.pk or resolution.repealed_by_id is not None:
        raise BadInput("请选择本基金有效的决议。", field="resolution")


@transaction.atomic
def end_seat(*, seat: Seat, on: date, reason: str, by: User, at: datetime) -> Seat:
    """Let somebody leave before the term is over.

    :raises BadInput: when the day lies outside of the term, or there is no reason.
    :raises WrongState: when they have left.
    """
    said = words(reason, "reason", "离任原因", rules.REASON_MOST)
    if not seat.from_on <= on <= seat.until_on:
        raise BadInput("离任日期应在任期以内。", field="on")
    if not Seat.objects.filter(pk=seat.pk, ended_on=None).update(ended_on=on, ended_reason=said):
        raise WrongState("这个人已经离任。")
    seat.refresh_from_db()
    record("governance.end_seat", ("fund_seat", seat.pk), by=by, at=at, fund=seat.fund_id)
    return seat
