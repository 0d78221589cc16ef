"""Make records: from attendance, or by hand where nobody scanned."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import scope_of
from voluncity.city.journal.actions import record, record_many
from voluncity.city.people.models import User
from voluncity.city.policy import queries as policy
from voluncity.kernel.clock import local_date, span_text
from voluncity.kernel.refusals import NotFound, Refusal, WrongState
from voluncity.service.hours.actions.loading import reason_text, refuse_own, take_turns
from voluncity.service.hours.actions.presences import CityRules, computed, due_after
from voluncity.service.hours.actions.suspending import require_right
from voluncity.service.hours.models import ServiceRecord
from voluncity.service.hours.queries.times import DayLimits, Taken, limits_for, taken_around
from voluncity.service.hours.rules import (
    Span,
    approver_of,
    busiest_day,
    entered_span,
    require_room,
)
from voluncity.service.hours.states import Approver, RecordState, Right, Trust
from voluncity.service.projects.states import ProjectState
from voluncity.service.signups.models import Attendance, Signup
from voluncity.service.signups.states import SignupState

BATCH = 500
# Looking for presences that are over reads much of the city: one look finds many batches.
AT_ONCE = 20_000


def compute_due(*, at: datetime, since: datetime | None = None) -> int:
    """Make one record for every presence that is over; return how many were made.

    A presence is over with its shift and its check-out, or when checking out is no longer
    possible. `since` leaves out shifts that ended before it.
    """
    made = 0
    while over := list(_over(at=at, since=since).values_list("signup_id", flat=True)[:AT_ONCE]):
        made += sum(
            _compute(over[start : start + BATCH], at=at) for start in range(0, len(over), BATCH)
        )
        if len(over) < AT_ONCE:
            break
    return made


def _over(*, at: datetime, since: datetime | None) -> QuerySet[Attendance]:
    late = timedelta(minutes=policy.number("signups.check_out_late_minutes", on=local_date(at)))
    ended = Q(out_at__isnull=False, signup__shift__ends_at__lte=at)
    forgotten = Q(out_at=None, signup__shift__ends_at__lte=at - late)
    recorded = ServiceRecord.objects.filter(signup=OuterRef("signup"))
    found = (
        Attendance.objects.filter(ended | forgotten)
        .filter(~Exists(recorded))
        .exclude(
            signup__shift__activity__project__state=ProjectState.TEACHING  # learning is no service
        )
    )
    return found.filter(signup__shift__ends_at__gte=since) if since else found


@transaction.atomic
def _compute(signup_ids: Sequence[int], *, at: datetime) -> int:
    take_turns(Signup.objects.filter(pk__in=signup_ids).values_list("volunteer_id", flat=True))
    recorded = ServiceRecord.objects.filter(signup=OuterRef("signup"))
    rows = (
        Attendance.objects.filter(~Exists(recorded), signup__in=signup_ids)
        .select_related("signup__shift__activity__project")
        .prefetch_related("pauses")
        .order_by("in_at", "pk")
    )
    rules = CityRules()
    records = [computed(row, rules, at=at) for row in rows]
    if records:
        _set_approvers(records)
        ServiceRecord.objects.bulk_create(records)
        data = [(one, {"volunteer": one.volunteer_id, "minutes": one.minutes}) for one in records]
        record_many("hours.compute", data, by=None, at=at)
    return len(records)


def _set_approvers(records: Sequence[ServiceRecord]) -> None:
    limits = limits_for(one.served_on for one in records)
    taken = taken_around(records)
    for one in records:
        one.approver = needed_approver(one, taken=taken[one.volunteer_id], limits=limits)


def needed_approver(
    one: ServiceRecord,
    *,
    taken: Sequence[Taken],
    limits: dict[date, DayLimits],
    least: str = Approver.NOBODY,
) -> Approver:
    """Return who must look at a record, given what else of its volunteer's days is taken.

    Minutes outside the plan always need a second person.
    """
    counted = counted_span(one)
    if not Span(one.planned_from, one.planned_to).holds(counted) and counted.minutes:
        least = Approver.SECOND
    rule = limits[one.served_on]
    return approver_of(
        trust=one.trust,
        day_minutes=busiest_day(counted, taken),
        direct=rule.direct,
        parent=rule.parent,
        entered=rule.entered,
        least=least,
    )


def counted_span(one: ServiceRecord) -> Span:
    """Return the time that a record counts."""
    return Span(one.counted_from, one.counted_to, one.break_minutes)


def refuse_overlap(one: ServiceRecord, *, taken: Sequence[Span]) -> None:
    """Let one minute of a person count once, whatever organization records it.

    :raises Refusal: when part of the time is confirmed or posted already.
    """
    counted = counted_span(one)
    clash = next((other for other in taken if counted.minutes and other.overlaps(counted)), None)
    if clash is not None:
        raise Refusal(
            "这段时间与这位志愿者已确认的另一段服务"
            f"（{span_text(clash.start, clash.end)}）重叠，请核实后改短或不予计时。",
            code="hours.overlap",
        )


def refuse_full_day(one: ServiceRecord, *, taken: Sequence[Taken], limits: DayLimits) -> None:
    """Let nobody's day hold more than the city allows, over all shifts and organizations.

    :raises Refusal: when this record makes the day too full.
    """
    counted = counted_span(one)
    if not counted.minutes:
        return
    entered = [other for other in taken if other.trust == Trust.ENTERED]
    require_room(
        trust=one.trust,
        day_minutes=busiest_day(counted, taken),
        entered_minutes=busiest_day(counted, entered),
        most=limits.most,
        most_entered=limits.most_entered,
    )


@transaction.atomic
def enter(
    *, signup_id: int, starts_at: datetime, ends_at: datetime, reason: str, by: User, at: datetime
) -> ServiceRecord:
    """Enter the time of somebody who was there without any scan; a second person must approve.

    :raises NotFound: when the sign-up is out of reach.
    :raises Refusal: when it has no place, is the person's own, was scanned, is recorded already,
        or overlaps; when the shift is not over, or the times leave it.
    """
    why = reason_text(reason)
    signup = _signup_for_entering(signup_id, by=by)
    require_right(
        Right.ENTER, by=by, organization_id=signup.shift.activity.project.organization_id, at=at
    )
    planned = Span(signup.shift.starts_at, signup.shift.ends_at)
    if at < planned.end:
        raise WrongState("活动还没有结束，请结束后再补记。", code="hours.not_over")
    span = entered_span(start=starts_at, end=ends_at, planned=planned)
    entered = ServiceRecord(
        signup=signup,
        volunteer=signup.volunteer,
        organization_id=signup.shift.activity.project.organization_id,
        planned_from=planned.start,
        planned_to=planned.end,
        rule=f"没有扫码，由负责人补记：{span_text(span.start, span.end)}，共 {span.minutes} 分钟；"
        "须经第二人复核并公示。",
        due_on=due_after(local_date(planned.end)),
        state_reason=why,
    )
    refuse_own(entered, by=by)
    return save_by_hand(entered, actual=span, trust=Trust.ENTERED, verb="hours.enter", by=by, at=at)


def _signup_for_entering(signup_id: int, *, by: User) -> Signup:
    reach = Signup.objects.in_scope(scope_of(by, Permission.HOURS_CONFIRM))
    signup: Signup | None = (
        reach.filter(pk=signup_id).select_related("volunteer", "shift__activity__project").first()
    )
    if signup is None:
        raise NotFound("没有找到这条报名，或者它不在您的管理范围内。")
    if signup.shift.activity.project.state == ProjectState.TEACHING:
        raise Refusal("培训是学习，不计入服务时长，请到“培训”里登记。", code="hours.learning")
    take_turns([signup.volunteer_id])
    if signup.state != SignupState.PLACED:
        raise WrongState("这位志愿者没有占用该班次的名额，请先代为报名。", code="hours.no_place")
    if ServiceRecord.objects.filter(signup=signup).exists():
        raise Refusal(
            "这位志愿者在该班次已经有时长记录。如需改动，请打开那条记录办理更正。",
            code="hours.recorded",
        )
    if Attendance.objects.filter(signup=signup).exists():
        raise Refusal("这位志愿者有签到记录，系统会自动计算时长，无需补记。", code="hours.attended")
    return signup


def save_by_hand(
    one: ServiceRecord, *, actual: Span, trust: Trust, verb: str, by: User, at: datetime
) -> ServiceRecord:
    """Save a record that somebody wrote: confirmed by its writer, to be approved by another.

    The writer's agenda turn must have been taken.
    :raises Refusal: when its time is taken already.
    """
    one.actual_from, one.actual_to = actual.start, actual.end
    one.counted_from, one.counted_to = actual.start, actual.end
    one.minutes, one.trust, one.served_on = actual.minutes, trust, local_date(actual.start)
    if not one.minutes:
        raise Refusal("不足一分钟，不能记录。", code="hours.zero")
    one.state, one.computed_at, one.confirmed_at, one.confirmed_by = (
        RecordState.CONFIRMED,
        at,
        at,
        by,
    )
    taken = taken_around([one])[one.volunteer_id]
    refuse_overlap(one, taken=taken)
    limits = limits_for([one.served_on])
    refuse_full_day(one, taken=taken, limits=limits[one.served_on])
    one.approver = needed_approver(one, taken=taken, limits=limits, least=Approver.SECOND)
    one.save(force_insert=True)
    record(verb, one, by=by, at=at, volunteer=one.volunteer_id, minutes=one.minutes)
    return one
