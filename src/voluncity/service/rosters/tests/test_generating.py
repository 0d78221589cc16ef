"""Shifts from a plan: the same again and again, and never at the cost of who signed up."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import pytest

from voluncity.city.access.permissions import Role
from voluncity.city.journal.models import Entry
from voluncity.city.people.models import User
from voluncity.city.publicity.models import CalendarDay
from voluncity.kernel.refusals import BadInput, Refusal
from voluncity.service.projects.models import Activity, Shift
from voluncity.service.projects.states import ActivityState, ProjectState
from voluncity.service.rosters.actions import generating, plans
from voluncity.service.rosters.actions.plans import PostFacts
from voluncity.service.rosters.models import Need, Plan, Special, Turn
from voluncity.service.rosters.states import PlanState
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import NOON, make_user
from voluncity.testing.make_projects import make_project
from voluncity.testing.make_rosters import make_plan, make_post, make_slot
from voluncity.testing.make_signups import make_signup

pytestmark = pytest.mark.django_db

TODAY = NOON.date()  # a Tuesday: the window reaches to the next one


def next_day(weekday: int) -> date:
    """Return the next such weekday; Monday is 0."""
    days = (TODAY + timedelta(days=n) for n in range(1, 8))
    return next(day for day in days if day.weekday() == weekday)


def a_plan(**fields: Any) -> tuple[Plan, User]:
    """Return a plan of a running project, and its leader, who may lead."""
    organization = make_organization()
    leader = make_user("李强")
    give(leader, Role.TEAM_LEADER, organization)
    project = make_project(organization=organization, ends_on=date(2030, 12, 31))
    plan = make_plan(project=project, leader=leader, weeks=1, **fields)
    return plan, leader


def first_turn(**those: Any) -> Any:
    return Turn.objects.filter(**those).order_by("day", "slot").first()


def last_shift_id() -> int:
    return int(Shift.objects.order_by("-starts_at").values_list("pk", flat=True)[0])


def generated(plan: Plan, by: User) -> dict[str, int]:
    return vars(generating.generate(plan_id=plan.pk, by=by, at=NOON))


def test_each_post_time_and_day_becomes_one_shift_in_the_posts_own_activity() -> None:
    plan, leader = a_plan()
    posts = [make_post(plan, places=2, lat=37.8, lng=112.5), make_post(plan)]
    make_slot(plan), make_slot(plan, "晚高峰", time(17, 30))
    assert generated(plan, leader)["made"] == Shift.objects.count() == Turn.objects.count()
    assert {turn.post_id for turn in Turn.objects.all()} == {post.pk for post in posts}
    for activity in Activity.objects.all():
        assert activity.state == ActivityState.OPEN
    shift = first_turn(post=posts[0], slot__name="早高峰").shift
    assert (shift.name, shift.capacity) == (f"{posts[0].name} 早高峰", 2)
    assert (shift.activity.address, shift.activity.lat) == (posts[0].address, 37.8)


def test_a_second_time_changes_nothing() -> None:
    plan, leader = a_plan()
    make_post(plan), make_slot(plan)
    before = generated(plan, leader)
    rows = list(Shift.objects.values())
    assert generated(plan, leader) == {"made": 0, "changed": 0, "removed": 0, "kept": 0}
    assert list(Shift.objects.values()) == rows
    assert before["made"] == len(rows) > 0


def test_a_holiday_has_no_shift_and_a_make_up_saturday_has_one() -> None:
    plan, leader = a_plan()
    make_post(plan), make_slot(plan)
    monday = next(
        TODAY + timedelta(n) for n in range(1, 8) if (TODAY + timedelta(n)).weekday() == 0
    )
    saturday = next(
        TODAY + timedelta(n) for n in range(1, 8) if (TODAY + timedelta(n)).weekday() == 5
    )
    CalendarDay.objects.create(day=monday, is_workday=False, name="放假")
    CalendarDay.objects.create(day=saturday, is_workday=True, name="调休上班")
    generated(plan, leader)
    days = set(Turn.objects.values_list("day", flat=True))
    assert monday not in days
    assert saturday in days


def test_a_changed_plan_changes_what_is_to_come_and_nobody_has() -> None:
    plan, leader = a_plan()
    post, slot = make_post(plan), make_slot(plan)
    count = generated(plan, leader)["made"]
    taken = first_turn()
    make_signup(shift=taken.shift)
    slot.begins = time(7, 0)
    slot.save(update_fields=["begins"])
    assert generated(plan, leader) == {
        "made": 0, "changed": count - 1, "removed": 0, "kept": 1,
    }  # fmt: skip
    times = set(
        Shift.objects.exclude(pk=taken.shift_id).values_list("starts_at__minute", flat=True)
    )
    assert times == {0}
    assert Shift.objects.get(pk=taken.shift_id).starts_at.minute == 30
    plans.retire_post(post_id=post.pk, by=leader, at=NOON)
    outcome = generated(plan, leader)
    assert (outcome["removed"], outcome["kept"]) == (count - 1, 1)
    assert Turn.objects.get() == taken


def test_places_may_grow_under_those_who_signed_up_and_never_shrink_below_them() -> None:
    plan, leader = a_plan()
    post, slot = make_post(plan, places=2), make_slot(plan)
    generated(plan, leader)
    turn = first_turn()
    make_signup(shift=turn.shift)
    Need.objects.create(post=post, slot=slot, places=3)
    generated(plan, leader)
    assert Shift.objects.get(pk=turn.shift_id).capacity == 3
    Need.objects.update(places=1)
    assert generated(plan, leader)["kept"] == 1
    assert Shift.objects.get(pk=turn.shift_id).capacity == 3


def test_a_shift_that_was_taken_off_by_hand_does_not_come_back() -> None:
    plan, leader = a_plan()
    make_post(plan), make_slot(plan)
    count = generated(plan, leader)["made"]
    Shift.objects.filter(pk=last_shift_id()).delete()
    assert generated(plan, leader)["made"] == 0
    assert Shift.objects.count() == count - 1


def test_nobody_is_needed_where_the_need_is_zero_and_single_days_count() -> None:
    plan, leader = a_plan()
    post, slot = make_post(plan), make_slot(plan)
    other = make_post(plan)
    Need.objects.create(post=post, slot=slot, places=0)
    day = next_day(2)
    Special.objects.create(slot=slot, day=day, is_on=False)
    generated(plan, leader)
    assert set(Turn.objects.values_list("post", flat=True)) == {other.pk}
    assert day not in set(Turn.objects.values_list("day", flat=True))


@pytest.mark.parametrize(
    ("project_state", "state", "code"),
    [
        (ProjectState.DRAFT, PlanState.ACTIVE, "projects.not_published"),
        (ProjectState.RUNNING, PlanState.DRAFT, "rosters.not_active"),
        (ProjectState.RUNNING, PlanState.ACTIVE, "rosters.no_posts"),
    ],
)
def test_nothing_is_made_before_all_is_ready(project_state: str, state: str, code: str) -> None:
    plan, leader = a_plan(state=state)
    plan.project.state = project_state
    plan.project.save(update_fields=["state"])
    with pytest.raises(Refusal) as refused:
        generated(plan, leader)
    assert refused.value.code == code


def test_a_list_of_posts_is_written_whole_or_not_at_all() -> None:
    plan, leader = a_plan()
    make_post(plan, "解放路口", places=1)
    rows = [PostFacts(name="解放路口", places=3), PostFacts(name="建设路口", lat=35.7, lng=115.0)]
    assert plans.save_posts(plan_id=plan.pk, rows=rows, by=leader, at=NOON) == (1, 1)
    assert dict(plan.posts.values_list("name", "places")) == {"解放路口": 3, "建设路口": 1}
    with pytest.raises(BadInput):
        plans.save_posts(
            plan_id=plan.pk, rows=[PostFacts(name="新路口"), PostFacts(name="x" * 25)],
            by=leader, at=NOON,
        )  # fmt: skip
    assert plan.posts.count() == 2


def test_what_was_made_is_journaled_with_numbers() -> None:
    plan, leader = a_plan()
    make_post(plan), make_slot(plan)
    made = generated(plan, leader)["made"]
    entry = Entry.objects.get(verb="rosters.generate")
    assert (entry.actor_id, entry.subject_id, entry.data["made"]) == (leader.pk, plan.pk, made)
