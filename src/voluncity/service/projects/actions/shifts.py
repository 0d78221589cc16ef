"""Write the shifts of an activity; places already taken are never taken away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max, Min, ProtectedError

from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.kernel.refusals import BadInput, NotFound, Refusal
from voluncity.service.projects.models import Activity, Shift
from voluncity.service.projects.rules import MAX_CAPACITY, ShiftPlan, whole_number
from voluncity.service.projects.states import HELD_STATES, ActivityState


@transaction.atomic
def change_capacity(*, shift_id: int, capacity: int, by: User, at: datetime) -> Shift:
    """Set how many places a shift has.

    :raises BadInput: outside 1 to 10,000.
    :raises Refusal: when more people have signed up already, or the activity is cancelled.
    """
    shift: Shift | None = Shift.objects.select_related("activity").filter(pk=shift_id).first()
    if shift is None:
        raise NotFound("没有找到这个班次。")
    if shift.activity.state == ActivityState.CANCELLED:
        raise Refusal("活动已经取消，不能再调整名额。", code="projects.cancelled")
    whole_number(capacity, "capacity", "名额", 1, MAX_CAPACITY)
    set_capacity(shift, capacity, field="capacity", by=by, at=at)
    return shift


def set_capacity(shift: Shift, capacity: int, *, field: str, by: User, at: datetime) -> None:
    """Set the places in one conditional statement, so that no sign-up can slip in between.

    :raises Refusal: when more people have signed up already.
    """
    if not Shift.objects.filter(pk=shift.pk, taken__lte=capacity).update(capacity=capacity):
        taken = Shift.objects.values_list("taken", flat=True).get(pk=shift.pk)
        raise Refusal(
            f"已有 {taken} 人报名，名额不能少于 {taken} 个。", code="projects.taken", field=field
        )
    shift.capacity = capacity
    record(
        "projects.change_capacity", shift, by=by, at=at,
        activity=shift.activity_id, capacity=capacity,
    )  # fmt: skip


def write_shifts(
    activity: Activity, plans: Sequence[ShiftPlan], *, by: User, at: datetime
) -> list[int]:
    """Make the activity's shifts those of the plans; return the ids of those whose time moved.

    :raises BadInput: when a plan names a shift of another activity, or lies in the past.
    :raises Refusal: when a shift that people signed up for would vanish or shrink below them.
    """
    known = {shift.pk: shift for shift in activity.shifts.all()}
    kept = {plan.shift_id for plan in plans if plan.shift_id}
    if kept - known.keys():
        raise BadInput("班次与活动不符，请刷新页面后再试。", field="shifts")
    for pk in known.keys() - kept:
        _remove(known[pk])
    moved = []
    for place, plan in enumerate(plans):
        shift = known.get(plan.shift_id or 0)
        if shift is None:
            _add(activity, plan, place, at)
        elif _change(activity, shift, plan, place, by=by, at=at):
            moved.append(shift.pk)
    _set_span(activity)
    return moved


def _remove(shift: Shift) -> None:
    try:
        with transaction.atomic():
            gone, _ = Shift.objects.filter(pk=shift.pk, taken=0).delete()
    except ProtectedError:
        gone = 0
    if not gone:
        raise Refusal(
            f"“{shift.name}”已有人报名，不能删除。如不再举行，请取消活动。",
            code="projects.shift_in_use",
            field="shifts",
        )


def _add(activity: Activity, plan: ShiftPlan, place: int, at: datetime) -> None:
    _check_to_come(activity, plan, place, at)
    Shift.objects.create(
        activity=activity,
        name=plan.name,
        starts_at=plan.starts_at,
        ends_at=plan.ends_at,
        capacity=plan.capacity,
    )


def _change(
    activity: Activity, shift: Shift, plan: ShiftPlan, place: int, *, by: User, at: datetime
) -> bool:
    has_moved = (plan.starts_at, plan.ends_at) != (shift.starts_at, shift.ends_at)
    if has_moved and activity.state in HELD_STATES and shift.starts_at <= at:
        raise Refusal(
            f"“{shift.name}”已经开始，不能再改时间。",
            code="projects.shift_begun",
            field=f"shifts.{place}.starts_at",
        )
    if has_moved:
        _check_to_come(activity, plan, place, at)
    if plan.capacity != shift.capacity:
        set_capacity(shift, plan.capacity, field=f"shifts.{place}.capacity", by=by, at=at)
    shift.name, shift.starts_at, shift.ends_at = plan.name, plan.starts_at, plan.ends_at
    shift.save(update_fields=["name", "starts_at", "ends_at"])
    return has_moved


def _check_to_come(activity: Activity, plan: ShiftPlan, place: int, at: datetime) -> None:
    """Refuse a shift in the past once people can sign up; a draft may still be unfinished."""
    if activity.state in HELD_STATES and plan.starts_at <= at:
        raise BadInput("开始时间已经过去，请修改。", field=f"shifts.{place}.starts_at")


def _set_span(activity: Activity) -> None:
    span = activity.shifts.aggregate(first=Min("starts_at"), last=Max("ends_at"))
    activity.starts_at, activity.ends_at = span["first"], span["last"]
    activity.save(update_fields=["starts_at", "ends_at"])
