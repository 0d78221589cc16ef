from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from voluncity.city.journal.models import Entry
from voluncity.city.orgs.states import OrgState
from voluncity.kernel.refusals import BadInput, NotFound, Refusal, WrongState
from voluncity.service.projects import actions
from voluncity.service.projects.models import Activity, Shift
from voluncity.service.projects.states import ActivityState, ProjectState
from voluncity.service.projects.tests.cast import (
    Cast,
    activity_plan,
    plan_of,
    shift_plan,
    shift_plan_of,
)
from voluncity.service.signups.models import Signup
from voluncity.testing.make_people import NOON, make_volunteer
from voluncity.testing.make_projects import MORNING, make_activity, make_project, make_shift

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def _create(cast: Cast, *shifts: Any, **changes: Any) -> Activity:
    project = make_project(organization=cast.team)
    return actions.create_activity(
        project_id=project.pk,
        plan=activity_plan(cast, **changes),
        shifts=shifts or [shift_plan()],
        by=cast.leader,
        at=NOON,
    )


def _verbs(activity: Activity) -> list[str]:
    entries = Entry.objects.filter(subject_type="activity", subject_id=activity.pk)
    return [entry.verb for entry in entries.order_by("pk")]


def _change(cast: Cast, activity: Activity, *shifts: Any, **changes: Any) -> Activity:
    plan = plan_of(activity)
    return actions.change_activity(
        activity_id=activity.pk,
        plan=type(plan)(**(vars(plan) | changes)),
        shifts=shifts,
        by=cast.leader,
        at=NOON,
    )


@pytest.fixture
def opened(cast: Cast) -> Activity:
    return make_activity(project=make_project(organization=cast.team), leader=cast.leader)


def test_an_activity_spans_its_shifts_and_starts_as_a_draft(cast: Cast) -> None:
    late = shift_plan(MORNING + DAY, hours=3)
    activity = _create(cast, late, shift_plan(MORNING))
    activity.refresh_from_db()
    assert (activity.state, activity.starts_at, activity.ends_at) == (
        ActivityState.DRAFT,
        MORNING,
        MORNING + DAY + 3 * HOUR,
    )
    assert _verbs(activity) == ["projects.create_activity"]
    assert "汾河" in activity.search_text.split()


@pytest.mark.parametrize(
    ("shift", "field"),
    [
        (shift_plan(capacity=0), "shifts.0.capacity"),
        (shift_plan(capacity=-3), "shifts.0.capacity"),
        (shift_plan(capacity=10_001), "shifts.0.capacity"),
        (shift_plan(hours=0), "shifts.0.ends_at"),
        (shift_plan(hours=-1), "shifts.0.ends_at"),
        (shift_plan(hours=24.1), "shifts.0.ends_at"),
        (shift_plan(name=""), "shifts.0.name"),
        (shift_plan(name="岗" * 41), "shifts.0.name"),
        (shift_plan(name="岗🙂"), "shifts.0.name"),
        (shift_plan(MORNING + 365 * DAY), "shifts.0.starts_at"),  # after the project's last day
        (shift_plan(MORNING.replace(year=2025)), "shifts.0.starts_at"),
    ],
)
def test_each_wrong_shift_is_named_and_nothing_is_written(
    cast: Cast, shift: Any, field: str
) -> None:
    with pytest.raises(BadInput) as caught:
        _create(cast, shift)
    assert (caught.value.field, Activity.objects.count()) == (field, 0)


def test_a_night_up_to_midnight_of_the_last_day_is_within_the_project(cast: Cast) -> None:
    last_night = MORNING.replace(year=2030, month=12, day=31, hour=12)  # 20:00 in the city
    assert _create(cast, shift_plan(last_night, hours=4)).shifts.count() == 1
    with pytest.raises(BadInput):
        _create(cast, shift_plan(last_night, hours=4.5))


@pytest.mark.parametrize(
    ("shifts", "words"),
    [
        ([], "至少安排一个班次"),
        ([shift_plan()] * 61, "最多 60 个班次"),
        ([shift_plan(MORNING - 300 * DAY), shift_plan(MORNING + 100 * DAY)], "最长一年"),
    ],
)
def test_wrong_sets_of_shifts_are_refused(cast: Cast, shifts: list[Any], words: str) -> None:
    project = make_project(organization=cast.team)
    with pytest.raises(BadInput, match=words) as caught:
        actions.create_activity(
            project_id=project.pk, plan=activity_plan(cast), shifts=shifts, by=cast.leader, at=NOON
        )
    assert caught.value.field == "shifts"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "名" * 61}, "name"),
        ({"address": " "}, "address"),
        ({"address": "址" * 121}, "address"),
        ({"description": "文" * 2001}, "description"),
        ({"lat": 37.8}, "lng"),
        ({"lng": 112.5}, "lat"),
        ({"lat": 91.0, "lng": 0.0}, "lat"),
        ({"lat": float("nan"), "lng": 0.0}, "lat"),
        ({"lat": 0.0, "lng": 181.0}, "lng"),
        ({"region_id": 10**20}, "region"),
        ({"leader_id": 404}, "leader"),
    ],
)
def test_each_wrong_field_of_an_activity_is_named(
    cast: Cast, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(BadInput) as caught:
        _create(cast, **changes)
    assert (caught.value.field, Activity.objects.count()) == (field, 0)


def test_only_who_records_attendance_there_can_lead(cast: Cast) -> None:
    for user in (cast.stranger, cast.reviewer):
        with pytest.raises(BadInput) as caught:
            _create(cast, leader_id=user.pk)
        assert caught.value.field == "leader"


@pytest.mark.parametrize(
    "state", [ProjectState.SUMMARIZED, ProjectState.CLOSED, ProjectState.CANCELLED]
)
def test_a_project_that_is_over_gets_no_activity(cast: Cast, state: str) -> None:
    project = make_project(organization=cast.team, state=state)
    with pytest.raises(WrongState):
        actions.create_activity(
            project_id=project.pk,
            plan=activity_plan(cast),
            shifts=[shift_plan()],
            by=cast.leader,
            at=NOON,
        )


def test_opening_needs_a_published_project(cast: Cast) -> None:
    project = make_project(organization=cast.team, state=ProjectState.APPROVED)
    activity = make_activity(project=project, state=ActivityState.DRAFT)
    with pytest.raises(Refusal) as caught:
        actions.open_activity(activity_id=activity.pk, by=cast.leader, at=NOON)
    assert caught.value.code == "projects.not_published"


def test_opening_needs_every_shift_to_come(cast: Cast) -> None:
    project = make_project(organization=cast.team)
    activity = make_activity(project=project, state=ActivityState.DRAFT, starts_at=NOON)
    with pytest.raises(Refusal) as caught:
        actions.open_activity(activity_id=activity.pk, by=cast.leader, at=NOON)
    assert caught.value.code == "projects.in_the_past"


def test_opening_needs_an_active_organization(cast: Cast) -> None:
    activity = make_activity(
        project=make_project(organization=cast.team), state=ActivityState.DRAFT
    )
    cast.team.state = OrgState.SUSPENDED
    cast.team.save(update_fields=["state"])
    with pytest.raises(Refusal, match="不是正常状态"):
        actions.open_activity(activity_id=activity.pk, by=cast.leader, at=NOON)


def test_an_activity_is_opened_once(cast: Cast) -> None:
    activity = _create(cast)
    actions.open_activity(activity_id=activity.pk, by=cast.leader, at=NOON)
    with pytest.raises(WrongState):
        actions.open_activity(activity_id=activity.pk, by=cast.leader, at=NOON)
    assert _verbs(activity) == ["projects.create_activity", "projects.open_activity"]


def test_cancelling_tells_why_in_the_journal_and_on_the_row(cast: Cast, opened: Activity) -> None:
    actions.cancel_activity(activity_id=opened.pk, reason="暴雨预警", by=cast.leader, at=NOON)
    opened.refresh_from_db()
    assert (opened.state, opened.state_reason) == (ActivityState.CANCELLED, "暴雨预警")
    assert _verbs(opened) == ["projects.cancel_activity"]
    with pytest.raises(WrongState):
        actions.cancel_activity(activity_id=opened.pk, reason="再来", by=cast.leader, at=NOON)


def test_what_is_over_is_neither_cancelled_nor_changed(cast: Cast) -> None:
    over = make_activity(
        project=make_project(organization=cast.team), starts_at=NOON - DAY, leader=cast.leader
    )
    shift = make_shift(activity=over)
    with pytest.raises(WrongState, match="已经结束"):
        actions.cancel_activity(activity_id=over.pk, reason="下雨", by=cast.leader, at=NOON)
    with pytest.raises(WrongState):
        _change(cast, over, shift_plan_of(shift))


def test_a_new_time_or_place_of_an_open_activity_is_a_move(cast: Cast, opened: Activity) -> None:
    shift = make_shift(activity=opened)
    _change(cast, opened, shift_plan_of(shift, starts_at=MORNING + HOUR))
    _change(cast, opened, shift_plan_of(shift, starts_at=MORNING + HOUR), address="南门")
    moves = Entry.objects.filter(verb="projects.move_activity").order_by("pk")
    assert [(move.data["shifts"], move.data["place"]) for move in moves] == [
        ([shift.pk], False),
        ([], True),
    ]
    opened.refresh_from_db()
    assert (opened.starts_at, opened.address) == (MORNING + HOUR, "南门")


def test_a_new_name_is_no_move_and_a_draft_moves_silently(cast: Cast, opened: Activity) -> None:
    shift = make_shift(activity=opened)
    _change(cast, opened, shift_plan_of(shift), name="周三文明引导")
    draft = _create(cast)
    _change(cast, draft, shift_plan_of(draft.shifts.get(), starts_at=MORNING + HOUR))
    assert Entry.objects.filter(verb="projects.move_activity").count() == 0


def test_shifts_are_added_changed_and_removed_together(cast: Cast, opened: Activity) -> None:
    keep, drop = make_shift(activity=opened), make_shift(activity=opened)
    _change(
        cast, opened, shift_plan_of(keep, name="东门岗", capacity=12), shift_plan(MORNING + DAY)
    )
    assert [(s.name, s.capacity, s.starts_at) for s in opened.shifts.all()] == [
        ("东门岗", 12, MORNING),
        ("引导岗", 10, MORNING + DAY),
    ]
    assert not Shift.objects.filter(pk=drop.pk).exists()


def test_a_shift_with_people_is_not_removed(cast: Cast, opened: Activity) -> None:
    keep, full = make_shift(activity=opened), make_shift(activity=opened, taken=1)
    with pytest.raises(Refusal, match="已有人报名"):
        _change(cast, opened, shift_plan_of(keep))
    assert Shift.objects.filter(pk=full.pk).exists()


def test_a_shift_that_somebody_once_signed_up_for_is_not_removed(
    cast: Cast, opened: Activity
) -> None:
    keep, once = make_shift(activity=opened), make_shift(activity=opened)
    Signup.objects.create(
        shift=once,
        volunteer=make_volunteer(),
        state="cancelled",
        signed_up_at=NOON,
        risks_read_at=NOON,
        cancelled_at=NOON,
    )
    with pytest.raises(Refusal, match="已有人报名"):
        _change(cast, opened, shift_plan_of(keep))


def test_a_shift_of_another_activity_is_refused(cast: Cast, opened: Activity) -> None:
    foreign = make_shift()
    with pytest.raises(BadInput, match="与活动不符"):
        _change(cast, opened, shift_plan_of(foreign))
    foreign.refresh_from_db()
    assert foreign.activity_id != opened.pk


def test_a_shift_that_has_begun_keeps_its_time(cast: Cast) -> None:
    running = make_activity(
        project=make_project(organization=cast.team),
        leader=cast.leader,
        starts_at=NOON - HOUR,
        ends_at=NOON + 2 * HOUR,
    )
    shift = make_shift(activity=running)
    with pytest.raises(Refusal, match="已经开始"):
        _change(cast, running, shift_plan_of(shift, ends_at=NOON + 3 * HOUR))
    _change(cast, running, shift_plan_of(shift, name="新岗位"))


def test_an_open_activity_gets_no_shift_in_the_past(cast: Cast) -> None:
    project = make_project(organization=cast.team)
    soon = make_activity(project=project, leader=cast.leader, starts_at=NOON + DAY)
    shift = make_shift(activity=soon)
    with pytest.raises(BadInput) as caught:
        _change(cast, soon, shift_plan_of(shift), shift_plan(NOON - DAY))
    assert caught.value.field == "shifts.1.starts_at"


def test_capacity_never_falls_below_what_is_taken(cast: Cast, opened: Activity) -> None:
    shift = make_shift(activity=opened, capacity=10, taken=6)
    with pytest.raises(Refusal, match="已有 6 人报名"):
        actions.change_capacity(shift_id=shift.pk, capacity=5, by=cast.leader, at=NOON)
    actions.change_capacity(shift_id=shift.pk, capacity=6, by=cast.leader, at=NOON)
    shift.refresh_from_db()
    assert (shift.capacity, shift.taken) == (6, 6)
    entry = Entry.objects.get(verb="projects.change_capacity")
    assert (entry.subject_type, entry.subject_id, entry.data) == (
        "shift",
        shift.pk,
        {"activity": opened.pk, "capacity": 6},
    )


@pytest.mark.parametrize("capacity", [0, -1, 10_001])
def test_capacity_outside_its_bounds_is_refused(cast: Cast, capacity: int) -> None:
    shift = make_shift()
    with pytest.raises(BadInput) as caught:
        actions.change_capacity(shift_id=shift.pk, capacity=capacity, by=cast.leader, at=NOON)
    assert caught.value.field == "capacity"


def test_capacity_of_nothing_or_of_a_cancelled_activity_is_refused(cast: Cast) -> None:
    gone = make_shift(state=ActivityState.CANCELLED)
    with pytest.raises(Refusal, match="已经取消"):
        actions.change_capacity(shift_id=gone.pk, capacity=5, by=cast.leader, at=NOON)
    with pytest.raises(NotFound):
        actions.change_capacity(shift_id=404, capacity=5, by=cast.leader, at=NOON)


def test_next_week_is_a_draft_seven_days_later(cast: Cast, opened: Activity) -> None:
    make_shift(activity=opened, capacity=7, taken=3, name="东门岗")
    copy = actions.copy_activity(activity_id=opened.pk, by=cast.leader, at=NOON)
    shift = copy.shifts.get()
    assert (copy.state, copy.name, shift.name, shift.capacity, shift.taken, shift.starts_at) == (
        ActivityState.DRAFT,
        opened.name,
        "东门岗",
        7,
        0,
        MORNING + 7 * DAY,
    )
    entry = Entry.objects.get(verb="projects.create_activity", subject_id=copy.pk)
    assert entry.data == {"project": opened.project_id, "copied_from": opened.pk}


def test_a_copy_beyond_the_project_is_refused(cast: Cast, opened: Activity) -> None:
    make_shift(activity=opened)
    with pytest.raises(BadInput, match="项目日期"):
        actions.copy_activity(activity_id=opened.pk, days=400, by=cast.leader, at=NOON)


def test_an_unknown_activity_is_not_found(cast: Cast) -> None:
    with pytest.raises(NotFound):
        actions.open_activity(activity_id=404, by=cast.leader, at=NOON)
