"""Plan an activity, open it, move it, copy it, cancel it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from django.db import transaction

from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.city.regions.models import Region
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, Refusal, WrongState
from voluncity.service.projects import queries
from voluncity.service.projects.actions.shifts import write_shifts
from voluncity.service.projects.actions.steps import (
    activity_of,
    check_active,
    overtaken,
    project_of,
    reason_of,
    step_activity,
)
from voluncity.service.projects.models import Activity, Project
from voluncity.service.projects.rules import (
    MAX_COPIES,
    ActivityPlan,
    ShiftPlan,
    checked_activity,
    checked_shifts,
    search_text,
    whole_number,
)
from voluncity.service.projects.states import (
    HELD_STATES,
    OPEN_STATES,
    OVER_STATES,
    ActivityState,
)


@transaction.atomic
def create_activity(
    *,
    project_id: int,
    plan: ActivityPlan,
    shifts: Sequence[ShiftPlan],
    by: User,
    at: datetime,
    copied_from: int | None = None,
) -> Activity:
    """Keep a new activity of the project as a draft; nobody can sign up before it is opened.

    :raises BadInput: at a field that breaks a rule.
    :raises Refusal: while the organization is suspended, or when it has ended.
    :raises WrongState: when the project is over.
    """
    project = project_of(project_id)
    check_active(project.organization)
    if project.state in OVER_STATES:
        raise WrongState(
            f"项目{project.get_state_display()}，不能再安排活动。",
            code="wrong_state.create_activity",
        )
    plan, slots = _checked(project, plan, shifts)
    activity = Activity.objects.create(
        project=project,
        starts_at=min(slot.starts_at for slot in slots),
        ends_at=max(slot.ends_at for slot in slots),
        created_at=at,
        created_by=by,
        **vars(plan),
    )
    write_shifts(activity, [replace(slot, shift_id=None) for slot in slots], by=by, at=at)
    _index(activity)
    record(
        "projects.create_activity", activity, by=by, at=at,
        project=project.pk, copied_from=copied_from,
    )  # fmt: skip
    return activity


@transaction.atomic
def change_activity(
    *, activity_id: int, plan: ActivityPlan, shifts: Sequence[ShiftPlan], by: User, at: datetime
) -> Activity:
    """Write the activity anew; a new time or place of an open one is journaled as a move.

    :raises BadInput: at a field that breaks a rule.
    :raises Refusal: when it would take a place away from somebody, or what it needs (cover) does
        not reach to the new days.
    :raises WrongState: when it is cancelled or over.
    """
    activity = activity_of(activity_id)
    if activity.state == ActivityState.CANCELLED or _is_over(activity, at):
        raise WrongState("活动已经取消或结束，不能再修改。", code="wrong_state.change_activity")
    plan, slots = _checked(activity.project, plan, shifts)
    place_before = (activity.region_id, activity.address)
    same_state = Activity.objects.filter(pk=activity.pk, state=activity.state)
    if not same_state.update(**vars(plan)):
        raise overtaken("change_activity")
    activity.refresh_from_db()
    moved = write_shifts(activity, slots, by=by, at=at)
    _index(activity)
    record("projects.change_activity", activity, by=by, at=at, project=activity.project_id)
    if activity.state in HELD_STATES and moved:
        _refuse_hindered(activity, at)
    has_new_place = place_before != (activity.region_id, activity.address)
    if activity.state in HELD_STATES and (moved or has_new_place):
        record(
            "projects.move_activity", activity, by=by, at=at,
            project=activity.project_id, shifts=moved, place=has_new_place,
        )  # fmt: skip
    return activity


@transaction.atomic
def copy_activity(*, activity_id: int, days: int = 7, by: User, at: datetime) -> Activity:
    """Plan the same activity again some days later, as a draft.

    :raises BadInput: when the new time lies outside the project's dates.
    """
    old = activity_of(activity_id)
    # China keeps one clock all year: a day later is the same hour.
    later = timedelta(days=days)
    return create_activity(
        project_id=old.project_id,
        plan=ActivityPlan(
            name=old.name,
            region_id=old.region_id,
            address=old.address,
            leader_id=old.leader_id,
            description=old.description,
            lat=old.lat,
            lng=old.lng,
        ),
        shifts=[
            ShiftPlan(shift.name, shift.starts_at + later, shift.ends_at + later, shift.capacity)
            for shift in old.shifts.all()
        ],
        by=by,
        at=at,
        copied_from=old.pk,
    )


@transaction.atomic
def copy_series(
    *, activity_id: int, first_on: date, every_days: int, times: int, by: User, at: datetime
) -> list[Activity]:
    """Plan the same activity again from a day on, so many times, as drafts: all of them or none.

    :raises BadInput: when a number is out of bounds, a day is past or outside the project's dates.
    """
    old = activity_of(activity_id)
    whole_number(times, "times", "共几次", 1, MAX_COPIES)
    whole_number(every_days, "every_days", "每隔几天", 1, 366)
    if first_on < local_date(at):
        raise BadInput("日期已经过去，请修改。", field="first_on")
    away = (first_on - local_date(old.starts_at)).days
    last_on = first_on + timedelta(days=every_days * (times - 1))
    if not old.project.starts_on <= first_on <= last_on <= old.project.ends_on:
        dates = f"{old.project.starts_on:%Y-%m-%d} 至 {old.project.ends_on:%Y-%m-%d}"
        raise BadInput(
            f"要在项目日期（{dates}）之内，最后一次会在 {last_on:%Y-%m-%d}，请修改。",
            field="first_on",
        )
    return [
        copy_activity(activity_id=activity_id, days=away + every_days * number, by=by, at=at)
        for number in range(times)
    ]


@transaction.atomic
def open_activity(*, activity_id: int, by: User, at: datetime, by_list: bool = False) -> Activity:
    """Let people sign up; `by_list`: only those are placed whom the organizer names.

    :raises Refusal: unless the project recruits and every shift is still to come, or while
        something above hinders it (a dangerous activity needs cover first).
    :raises WrongState: unless the activity is a draft.
    """
    activity = activity_of(activity_id)
    check_active(activity.project.organization)
    if activity.project.state not in OPEN_STATES:
        raise Refusal(
            "项目发布后才能开放报名，请先完成项目的审核和发布。", code="projects.not_published"
        )
    if activity.starts_at <= at:
        raise Refusal(
            "有班次的开始时间已经过去，请修改时间后再开放报名。", code="projects.in_the_past"
        )
    _index(activity)
    opened = step_activity(activity, "list" if by_list else "open", by=by, at=at)
    _refuse_hindered(opened, at)
    return opened


@transaction.atomic
def cancel_activity(*, activity_id: int, reason: str, by: User, at: datetime) -> Activity:
    """Call the activity off; the readers of the journal drop its sign-ups and tell everybody.

    :raises BadInput: without a reason.
    :raises WrongState: when it is over or cancelled already.
    """
    activity = activity_of(activity_id)
    if activity.state in HELD_STATES and _is_over(activity, at):
        raise WrongState("活动已经结束，不能取消。", code="wrong_state.cancel")
    return step_activity(activity, "cancel", by=by, at=at, state_reason=reason_of(reason))


def cancel_open_activities(project: Project, *, reason: str, by: User, at: datetime) -> None:
    """Call off every activity of the project that is not over."""
    live = project.activities.exclude(state=ActivityState.CANCELLED).filter(ends_at__gt=at)
    for activity in live.order_by("pk"):
        step_activity(activity, "cancel", by=by, at=at, state_reason=reason)


def index_activities(project_id: int) -> None:
    """Write the search text of all activities of a project anew."""
    for activity in Activity.objects.filter(project_id=project_id).select_related(
        "region", "project__organization", "project__category"
    ):
        _index(activity)


def _index(activity: Activity) -> None:
    activity.search_text = search_text(activity)
    activity.save(update_fields=["search_text"])


def _refuse_hindered(activity: Activity, at: datetime) -> None:
    for hindrance in queries.hindrances_to_open(activity, at=at):
        raise Refusal(hindrance.sentence, code="projects.hindered")


def _is_over(activity: Activity, at: datetime) -> bool:
    return activity.state in HELD_STATES and activity.ends_at <= at


def _checked(
    project: Project, plan: ActivityPlan, shifts: Sequence[ShiftPlan]
) -> tuple[ActivityPlan, list[ShiftPlan]]:
    plan = checked_activity(plan)
    if not Region.objects.filter(pk=plan.region_id).exists():
        raise BadInput("请从列表中选择区划。", field="region")
    if plan.leader_id not in {user.pk for user in queries.possible_leaders(project.organization)}:
        raise BadInput("负责人要有本组织的签到签退权限，请从列表中选择。", field="leader")
    return plan, checked_shifts(shifts, starts_on=project.starts_on, ends_on=project.ends_on)
