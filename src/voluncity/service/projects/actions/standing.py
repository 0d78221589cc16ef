"""Shifts that a standing plan adds to an activity, and changes while nobody has one.

A roster makes hundreds of shifts at once and comes back every day; what somebody has signed up
for, once, is never touched here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max, Min

from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.kernel.refusals import Refusal, WrongState
from voluncity.service.projects.actions.steps import activity_of
from voluncity.service.projects.models import Activity, Shift
from voluncity.service.projects.rules import MAX_STANDING, ShiftPlan, checked_shifts
from voluncity.service.projects.states import ActivityState


@transaction.atomic
def add_shifts(
    *, activity_id: int, shifts: Sequence[ShiftPlan], by: User | None, at: datetime
) -> list[Shift]:
    """Add shifts that are still to come to an activity, in the order given.

    :raises BadInput: when one breaks a rule, or lies outside the project's dates.
    :raises Refusal: when one has begun, or the activity would have too many.
    :raises WrongState: when the activity is cancelled.
    """
    activity = activity_of(activity_id)
    if activity.state == ActivityState.CANCELLED:
        raise WrongState("活动已经取消，不能再增加班次。", code="wrong_state.add_shifts")
    project = activity.project
    plans = checked_shifts(
        shifts, starts_on=project.starts_on, ends_on=project.ends_on, most=MAX_STANDING
    )
    if any(plan.starts_at <= at for plan in plans):
        raise Refusal("开始时间已经过去，不能再增加这个班次。", code="projects.in_the_past")
    if activity.shifts.count() + len(plans) > MAX_STANDING:
        raise Refusal(
            f"一场活动最多 {MAX_STANDING} 个班次，请分成几场活动。", code="projects.too_many_shifts"
        )
    made = Shift.objects.bulk_create(
        Shift(
            activity=activity, name=plan.name, starts_at=plan.starts_at, ends_at=plan.ends_at,
            capacity=plan.capacity,
        )
        for plan in plans
    )  # fmt: skip
    set_span(activity_id)
    record(
        "projects.add_shifts", activity, by=by, at=at,
        project=project.pk, shifts=[shift.pk for shift in made],
    )  # fmt: skip
    return made


@transaction.atomic
def remove_free_shifts(*, shift_ids: Iterable[int], by: User | None, at: datetime) -> set[int]:
    """Remove those of the shifts for which nobody ever signed up; return which went.

    An activity keeps its last shift: one without any is cancelled, not emptied.
    """
    found = Shift.objects.filter(pk__in=list(shift_ids), taken=0, starts_at__gt=at)
    free = list(found.filter(signups=None).order_by("-starts_at", "pk"))
    left: dict[int, int] = {}
    gone: set[int] = set()
    for shift in free:
        if shift.activity_id not in left:
            left[shift.activity_id] = Shift.objects.filter(activity_id=shift.activity_id).count()
        if left[shift.activity_id] > 1 and _removed(shift.pk):
            left[shift.activity_id] -= 1
            gone.add(shift.pk)
    for activity_id in left:
        set_span(activity_id)
        removed = [shift.pk for shift in free if shift.activity_id == activity_id]
        record(
            "projects.remove_shifts", ("activity", activity_id), by=by, at=at,
            shifts=[pk for pk in removed if pk in gone],
        )  # fmt: skip
    return gone


def _removed(shift_id: int) -> bool:
    """Delete a shift; it is held first, so that whoever signs up now waits and finds it gone."""
    if not Shift.objects.filter(pk=shift_id, taken=0).update(taken=0):
        return False
    deleted, _ = Shift.objects.filter(pk=shift_id, taken=0, signups=None).delete()
    return deleted > 0


@transaction.atomic
def change_free_shift(*, shift_id: int, plan: ShiftPlan, by: User | None, at: datetime) -> bool:
    """Give a shift for which nobody signed up another name, time and number of places.

    Return whether it was done: somebody may have come first.
    """
    nobodys = Shift.objects.filter(pk=shift_id, signups=None).values("pk")  # no join in the update
    free = Shift.objects.filter(pk=shift_id, taken=0, starts_at__gt=at, pk__in=nobodys)
    written = free.update(
        name=plan.name, starts_at=plan.starts_at, ends_at=plan.ends_at, capacity=plan.capacity
    )
    if not written:
        return False
    activity_id = Shift.objects.values_list("activity_id", flat=True).get(pk=shift_id)
    set_span(activity_id)
    record("projects.change_shift", ("shift", shift_id), by=by, at=at, activity=activity_id)
    return True


def set_span(activity_id: int) -> None:
    """Write first start and last end of an activity anew."""
    span = Shift.objects.filter(activity_id=activity_id).aggregate(
        first=Min("starts_at"), last=Max("ends_at")
    )
    if span["first"] is not None:
        Activity.objects.filter(pk=activity_id).update(
            starts_at=span["first"], ends_at=span["last"]
        )
