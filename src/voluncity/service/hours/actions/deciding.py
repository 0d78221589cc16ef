"""Confirm, shorten, approve and refuse records; nobody decides on their own hours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import prefetch_related_objects

from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import scope_of
from voluncity.city.journal.actions import record, record_many
from voluncity.city.people.models import User
from voluncity.city.policy import queries as policy
from voluncity.city.publicity import actions as publicity
from voluncity.kernel.clock import local_date
from voluncity.kernel.masks import mask_name
from voluncity.kernel.minutes import hours_text
from voluncity.kernel.refusals import NotAllowed, WrongState
from voluncity.service.hours.actions.computing import (
    counted_span,
    needed_approver,
    refuse_full_day,
    refuse_overlap,
)
from voluncity.service.hours.actions.loading import Outcome, locked, reason_text, refuse_own
from voluncity.service.hours.actions.posting import post_records, refuse_records
from voluncity.service.hours.actions.suspending import require_right
from voluncity.service.hours.models import OPEN, ServiceRecord
from voluncity.service.hours.queries.reach import homes_of, may_approve
from voluncity.service.hours.queries.times import Taken, limits_for, taken_around
from voluncity.service.hours.rules import Span, adjusted
from voluncity.service.hours.states import RECORD_FLOW, Approver, RecordState, Right, Trust
from voluncity.service.signups.models import Attendance

ZERO_REASON = "核定服务时间为 0 分钟，不予计时。"


@transaction.atomic
def confirm(*, record_ids: Collection[int], by: User, at: datetime) -> Outcome:
    """Confirm that the people were there; what needs no second look is posted at once.

    A record that cannot be confirmed is left as it is and named in the outcome; one of 0 minutes
    ends as refused. A record confirmed before is not done again: a repeated click is harmless.
    :raises NotFound: when one record is out of reach; then nothing is done.
    :raises Refusal: when not a single record can be confirmed.
    """
    require_right(Right.CONFIRM, by=by, organization_id=None, at=at)
    records = locked(record_ids, by=by, permission=Permission.HOURS_CONFIRM, related=["volunteer"])
    taken, limits = taken_around(records), limits_for(one.served_on for one in records)
    outcome = Outcome()

    def check(one: ServiceRecord) -> None:
        RECORD_FLOW.after("confirm", one.state)
        refuse_own(one, by=by)
        before = taken[one.volunteer_id]
        refuse_overlap(one, taken=before)
        refuse_full_day(one, taken=before, limits=limits[one.served_on])
        one.approver = needed_approver(one, taken=before, limits=limits)
        if one.minutes:
            before.append(Taken.by(one))

    outcome.sort(records, check)
    served = [one for one in outcome.done if one.minutes]
    _mark_confirmed(served, by=by, at=at)
    post_records([one for one in served if one.approver == Approver.NOBODY], by=by, at=at)
    empty = [one for one in outcome.done if not one.minutes]
    refuse_records(empty, reason=ZERO_REASON, by=by, at=at)
    return outcome


def _mark_confirmed(records: Sequence[ServiceRecord], *, by: User, at: datetime) -> None:
    by_approver: dict[str, list[ServiceRecord]] = defaultdict(list)
    for one in records:
        by_approver[one.approver].append(one)
    for approver, group in by_approver.items():
        changed = ServiceRecord.objects.filter(
            pk__in=[one.pk for one in group], state__in=RECORD_FLOW.sources("confirm")
        ).update(state=RecordState.CONFIRMED, approver=approver, confirmed_at=at, confirmed_by=by)
        _all_of(group, changed=changed)
    for one in records:
        one.state, one.confirmed_at, one.confirmed_by = RecordState.CONFIRMED, at, by
    data = [
        (one, {"volunteer": one.volunteer_id, "approver": str(one.approver)}) for one in records
    ]
    record_many("hours.confirm", data, by=by, at=at)


def _all_of(group: Sequence[ServiceRecord], *, changed: int) -> None:
    if changed != len(group):
        raise WrongState(
            "有的记录刚刚被别人办理过，这次没有改动任何记录，请刷新后再试。",
            code="wrong_state.confirm",
        )


@transaction.atomic
def adjust(*, record_id: int, minutes: int, reason: str, by: User, at: datetime) -> ServiceRecord:
    """Set the minutes of a record before it is confirmed, with the reason that everybody sees.

    It never exceeds what was proven: the scanned stay, or for others the planned time. Minutes
    outside the plan will need a second person.
    :raises BadInput: when the evidence does not reach so far, or the reason is missing.
    """
    why = reason_text(reason)
    [one] = locked([record_id], by=by, permission=Permission.HOURS_CONFIRM)
    if one.state != RecordState.COMPUTED:
        raise WrongState(
            "这条记录已经确认，不能再改分钟数；请用“更正”。", code="wrong_state.adjust"
        )
    refuse_own(one, by=by)
    before = one.minutes
    counted = adjusted(counted=counted_span(one), limit=evidence(one), minutes=minutes)
    one.counted_from, one.counted_to, one.minutes = counted.start, counted.end, minutes
    one.approver = needed_approver(
        one, taken=taken_around([one])[one.volunteer_id], limits=limits_for([one.served_on])
    )
    one.state_reason = f"负责人核定为 {minutes} 分钟（原 {before} 分钟）：{why}"
    one.save(update_fields=["counted_from", "counted_to", "minutes", "approver", "state_reason"])
    record("hours.adjust", one, by=by, at=at, before=before, minutes=minutes)
    return one


def evidence(one: ServiceRecord) -> Span:
    """Return the longest time that the evidence of a record supports."""
    actual = Span(one.actual_from, one.actual_to)
    if one.trust == Trust.PROVEN:
        return actual
    return actual.within(Span(one.planned_from, one.planned_to))


@transaction.atomic
def approve(*, record_ids: Collection[int], by: User, at: datetime) -> Outcome:
    """Take the second look: proven hours are posted, entered ones are shown to the public first.

    :raises NotFound: when one record is out of reach; then nothing is done.
    :raises Refusal: when not a single record can be approved by this person.
    """
    records = locked(record_ids, by=by, permission=Permission.HOURS_APPROVE)
    prefetch_related_objects(records, "signup__attendance__pauses")
    outcome = Outcome()

    def check(one: ServiceRecord) -> None:
        RECORD_FLOW.after("approve", one.state)
        refuse_approver(one, by=by)

    outcome.sort(records, check)
    _mark_approved(outcome.done, by=by, at=at)
    post_records([one for one in outcome.done if one.trust == Trust.PROVEN], by=by, at=at)
    _show([one for one in outcome.done if one.trust == Trust.ENTERED], by=by, at=at)
    return outcome


def refuse_approver(one: ServiceRecord, *, by: User) -> None:
    """Keep away whoever is not the second person that this record needs.

    :raises NotAllowed: for the volunteer, the confirmer, whoever checked the volunteer in or out,
        and people who are not high enough.
    """
    refuse_own(one, by=by)
    if one.confirmed_by_id == by.pk:
        raise NotAllowed(
            "这条记录是您确认或补记的，须由另一位负责人复核。", code="hours.same_person"
        )
    attendance = getattr(one.signup, "attendance", None)
    if attendance is not None and by.pk in _who_recorded(attendance):
        raise NotAllowed(
            "这位志愿者由您签到或签退，须由另一位负责人复核。", code="hours.same_person"
        )
    if not may_approve(scope_of(by, Permission.HOURS_APPROVE), one, homes=homes_of(by)):
        raise NotAllowed(
            f"这条记录须由{Approver(one.approver).label}复核，请等候或联系他们办理。",
            code="hours.not_high_enough",
        )


def _who_recorded(attendance: Attendance) -> set[int | None]:
    between = [who for one in attendance.pauses.all() for who in (one.left_by_id, one.back_by_id)]
    return {attendance.in_by_id, attendance.out_by_id, *between}


def _mark_approved(records: Sequence[ServiceRecord], *, by: User, at: datetime) -> None:
    changed = ServiceRecord.objects.filter(
        pk__in=[one.pk for one in records], state__in=RECORD_FLOW.sources("approve")
    ).update(approved_at=at, approved_by=by)
    _all_of(records, changed=changed)
    for one in records:
        one.approved_at, one.approved_by = at, by
    data = [(one, {"volunteer": one.volunteer_id}) for one in records]
    record_many("hours.approve", data, by=by, at=at)


def _show(records: Sequence[ServiceRecord], *, by: User, at: datetime) -> None:
    if not records:
        return
    waiting = ServiceRecord.objects.filter(
        pk__in=[one.pk for one in records], state=RecordState.CONFIRMED
    )
    changed = waiting.update(state=RECORD_FLOW.after("approve", RecordState.CONFIRMED))
    _all_of(records, changed=changed)
    for one in records:
        one.state = RecordState.SHOWN
    publicity.show_many(
        [_case(one) for one in records],
        kind="hours",
        workdays=policy.number("hours.entered_publicity_workdays", on=local_date(at)),
        at=at,
        by=by,
    )


def _case(one: ServiceRecord) -> publicity.Case:
    activity = one.signup.shift.activity
    return publicity.Case(
        title=f"补记时长公示：{mask_name(one.volunteer.name)} {hours_text(one.minutes)}",
        body=f"{one.organization.name}“{activity.name}”，服务日期 {one.served_on}，"
        f"计 {hours_text(one.minutes)}。这段时长没有两次扫码为证，经第二人复核后公示。",
        subject=one,
        region=one.organization.region,
    )


@transaction.atomic
def refuse(*, record_ids: Collection[int], reason: str, by: User, at: datetime) -> Outcome:
    """Let records count for nothing: by a leader before confirming, by the approver after it.

    :raises BadInput: when the reason is missing or too long.
    :raises NotFound: when one record is out of reach; then nothing is done.
    """
    why = reason_text(reason)
    permission = _permission_to_refuse(record_ids, by=by)
    records = locked(record_ids, by=by, permission=permission)
    outcome = Outcome()

    def check(one: ServiceRecord) -> None:
        if one.state not in OPEN:
            raise WrongState(
                f"这条记录现在是“{one.get_state_display()}”，不能直接不予计时。请刷新页面。",
                code="wrong_state.refuse",
            )
        refuse_own(one, by=by)
        if one.state == RecordState.CONFIRMED:
            refuse_approver(one, by=by)
        elif permission != Permission.HOURS_CONFIRM:
            raise NotAllowed(
                "这条记录还没有确认，请先由组织的负责人确认。", code="hours.not_confirmed"
            )

    outcome.sort(records, check)
    refuse_records(outcome.done, reason=why, by=by, at=at)
    return outcome


def _permission_to_refuse(record_ids: Collection[int], *, by: User) -> Permission:
    """Return the permission that reaches all of the records: confirming or approving them."""
    waiting = ServiceRecord.objects.filter(pk__in=record_ids, state=RecordState.COMPUTED)
    reach = waiting.in_scope(scope_of(by, Permission.HOURS_CONFIRM))
    return Permission.HOURS_CONFIRM if reach.exists() else Permission.HOURS_APPROVE
