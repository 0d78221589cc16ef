"""A draft: worked out, changed by hand, published once; turns that change hands."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from voluncity.city.inbox.models import Message
from voluncity.city.journal.models import Entry
from voluncity.city.people.models import Volunteer
from voluncity.kernel.clock import day_bounds
from voluncity.kernel.refusals import BadInput, Refusal, WrongState
from voluncity.service.projects.models import Shift
from voluncity.service.rosters.actions import covers, editing, publishing, runs
from voluncity.service.rosters.models import (
    Assignment,
    Away,
    Hole,
    LeftOut,
    Liking,
    Offer,
    Pair,
    Plan,
    Run,
    Turn,
)
from voluncity.service.rosters.queries import limits
from voluncity.service.rosters.states import OfferState, RunState
from voluncity.service.signups.models import Signup
from voluncity.service.signups.states import SignupState
from voluncity.testing.make_people import make_user, make_volunteer
from voluncity.testing.make_projects import make_project, make_shift
from voluncity.testing.make_rosters import (
    MONDAY,
    make_plan,
    make_post,
    make_slot,
    make_turn,
    make_wish,
)
from voluncity.testing.make_signups import make_signup

pytestmark = pytest.mark.django_db

AT = day_bounds(MONDAY)[0]  # midnight before the first turn


def clock() -> datetime:
    return AT


def drafted(plan: Plan) -> Run:
    """Return a draft of the week, worked out."""
    run = runs.start_run(plan_id=plan.pk, weeks=1, by=plan.leader, at=AT)
    runs.work_at_run(run_id=run.pk, clock=clock)
    run.refresh_from_db()
    return run


def published(run: Run) -> Run:
    publishing.publish_run(run_id=run.pk, by=run.plan.leader, at=AT)
    publishing.work_at_publishing(run_id=run.pk, clock=clock)
    run.refresh_from_db()
    return run


def small(places: int = 1, **project: Any) -> tuple[Plan, Any]:
    """Return a plan with one post, one time and one turn on Monday."""
    plan = make_plan(project=make_project(**project) if project else None)
    slot = make_slot(plan)
    return plan, make_turn(make_post(plan, places=places), slot)


def test_a_draft_puts_people_where_they_are_wanted_and_shows_the_gap() -> None:
    plan, turn = small(places=2)
    people = [make_wish(plan).volunteer for _ in range(3)]
    run = drafted(plan)
    assert run.state == RunState.SOLVED
    assert set(run.assignments.values_list("turn_id", flat=True)) == {turn.pk}
    assert run.assignments.count() == 2
    week = run.weeks_done.get()
    assert (week.wanted, week.filled, week.value - week.bound) == (2, 2, 0)
    out = LeftOut.objects.get(run=run)
    assert out.volunteer in people
    assert out.sentence == "附近的岗位已由更近或最近排得更少的人承担，下次优先。"


def test_a_week_without_turns_does_not_stop_a_draft() -> None:
    plan = make_plan()
    turn = make_turn(make_post(plan), make_slot(plan), MONDAY + timedelta(days=7))
    volunteer = make_wish(plan).volunteer
    run = runs.start_run(plan_id=plan.pk, weeks=2, by=plan.leader, at=AT)
    runs.work_at_run(run_id=run.pk, clock=clock)
    run.refresh_from_db()
    assert run.state == RunState.SOLVED
    assert [(one.turn, one.volunteer) for one in run.assignments.all()] == [(turn, volunteer)]


def test_why_somebody_was_left_out() -> None:
    plan, _ = small(places=9, min_age=18)
    free = make_wish(plan).volunteer
    young = make_wish(plan, make_volunteer(born_on=date(2016, 1, 1))).volunteer
    away = make_wish(plan)
    Away.objects.create(wish=away, day=MONDAY)
    busy = make_wish(plan).volunteer
    make_signup(shift=make_shift(starts_at=AT + timedelta(hours=8)), volunteer=busy)
    tuesday = make_wish(plan, times=[(plan.slots.get(), 1)]).volunteer
    no_go = make_wish(plan)
    Liking.objects.create(wish=no_go, post=plan.posts.get(), is_liked=False)
    run = drafted(plan)
    assert [one.volunteer for one in run.assignments.all()] == [free]
    said = {one.volunteer_id: one.sentence for one in run.left_out.all()}
    assert said[young.pk].startswith("参加者须满 18 周岁") or "监护人" in said[young.pk]
    assert said[away.volunteer_id] == "这些天本人填了“不能来”。"
    assert "冲突" in said[busy.pk]
    assert said[tuesday.pk] == "填写的空闲时间里没有班次。"
    assert "不去" in said[no_go.volunteer_id]
    hole = Hole.objects.get(run=run)
    assert (hole.missing, hole.sentence) == (
        8,
        "能来的 1 人已排在别的岗位，或已到次数上限、需要休息、不能同岗。",
    )


def test_one_open_draft_at_a_time_and_a_discarded_one_frees_the_plan() -> None:
    plan, _ = small()
    make_wish(plan)
    run = drafted(plan)
    with pytest.raises(Refusal) as refused:
        drafted(plan)
    assert refused.value.code == "rosters.run_open"
    runs.discard_run(run_id=run.pk, by=plan.leader, at=AT)
    assert drafted(plan).state == RunState.SOLVED


def test_a_killed_worker_loses_nothing_and_another_goes_on() -> None:
    plan, _ = small()
    make_turn(plan.posts.get(), plan.slots.get(), MONDAY + timedelta(days=7))
    make_wish(plan)
    run = runs.start_run(plan_id=plan.pk, weeks=2, by=plan.leader, at=AT)
    Run.objects.filter(pk=run.pk).update(state=RunState.RUNNING, turn=1)
    runs.work_at_run(run_id=run.pk, clock=clock)  # somebody is at it
    assert run.weeks_done.count() == 0
    later = AT + runs.SILENT
    assert runs.silent_runs(at=later) == [run.pk]
    runs.work_at_run(run_id=run.pk, clock=lambda: later)
    run.refresh_from_db()
    assert (run.state, run.turn, run.weeks_done.count()) == (RunState.SOLVED, 2, 2)


def test_a_discarded_draft_is_not_worked_at() -> None:
    plan, _ = small()
    make_wish(plan)
    run = runs.start_run(plan_id=plan.pk, weeks=1, by=plan.leader, at=AT)
    runs.discard_run(run_id=run.pk, by=plan.leader, at=AT)
    runs.work_at_run(run_id=run.pk, clock=clock)
    assert run.assignments.count() == 0


def test_publishing_gives_places_once_and_tells_each_person_once() -> None:
    plan, turn = small(places=2)
    make_wish(plan), make_wish(plan)
    run = published(drafted(plan))
    assert run.state == RunState.PUBLISHED
    Run.objects.filter(pk=run.pk).update(state=RunState.PUBLISHING)  # killed just before the end
    publishing.work_at_publishing(run_id=run.pk, clock=clock)
    assert Signup.objects.filter(shift=turn.shift, state=SignupState.PLACED).count() == 2
    assert Shift.objects.get(pk=turn.shift_id).taken == 2
    assert Message.objects.filter(title="您的排班出来了，共 1 班").count() == 2
    entries = Entry.objects.filter(verb="signups.assign")
    assert {(e.actor_id, e.data["roster"]) for e in entries} == {(plan.leader_id, plan.pk)}
    assert all(entry.on_behalf_of_id for entry in entries)


def test_nobody_is_placed_against_a_clash_that_came_in_between() -> None:
    plan, turn = small()
    volunteer = make_wish(plan).volunteer
    run = drafted(plan)
    make_signup(shift=make_shift(starts_at=turn.shift.starts_at), volunteer=volunteer)
    published(run)
    one = run.assignments.get()
    assert (one.signup, Shift.objects.get(pk=turn.shift_id).taken) == (None, 0)
    assert "重叠" in one.problem


def test_nobody_is_placed_without_the_rest_that_was_lost_in_between() -> None:
    plan, turn = small()
    volunteer = make_wish(plan).volunteer
    run = drafted(plan)
    make_signup(
        shift=make_shift(starts_at=turn.shift.ends_at + timedelta(hours=2)), volunteer=volunteer
    )
    published(run)
    assert "至少休息" in run.assignments.get().problem
    assert Shift.objects.get(pk=turn.shift_id).taken == 0


def test_a_place_that_somebody_took_alone_stays_theirs() -> None:
    plan, turn = small()
    make_wish(plan)
    run = drafted(plan)
    make_signup(shift=turn.shift)
    published(run)
    assert "满" in run.assignments.get().problem


def test_a_locked_assignment_outlives_a_new_calculation() -> None:
    plan, _ = small()
    make_turn(make_post(plan), plan.slots.get())
    first, second = make_wish(plan), make_wish(plan)
    run = drafted(plan)
    one = run.assignments.get(volunteer=first.volunteer)
    other = Turn.objects.exclude(pk=one.turn_id).get()
    editing.unassign(
        assignment_id=run.assignments.get(volunteer=second.volunteer).pk, by=plan.leader, at=AT
    )
    editing.move(assignment_id=one.pk, turn_id=other.pk, by=plan.leader, at=AT)
    runs.solve_again(run_id=run.pk, by=plan.leader, at=AT)
    runs.work_at_run(run_id=run.pk, clock=clock)
    assert Assignment.objects.get(pk=one.pk).turn_id == other.pk
    assert run.assignments.count() == 2


@pytest.fixture
def board() -> tuple[Plan, Run, Turn, Turn, Volunteer]:
    """Return a draft with somebody at the morning turn, and an evening turn of the same day."""
    plan, morning = small()
    evening = make_turn(plan.posts.get(), make_slot(plan, "晚高峰", time(11, 0)))
    volunteer = make_wish(plan, times=[(morning.slot, 0)]).volunteer
    run = drafted(plan)
    return plan, run, morning, evening, volunteer


def test_by_hand_rest_limits_and_places_hold_as_well(
    board: tuple[Plan, Run, Turn, Turn, Volunteer],
) -> None:
    plan, run, morning, evening, volunteer = board

    def code(turn: Turn, who: Volunteer) -> str:
        with pytest.raises(Refusal) as refused:
            editing.assign(
                run_id=run.pk,
                turn_id=turn.pk,
                volunteer_id=who.pk,
                risks_told=True,
                by=plan.leader,
                at=AT,
            )
        return refused.value.code

    assert code(evening, volunteer) == "rosters.tired"
    assert code(morning, volunteer) == "rosters.twice"
    assert code(morning, make_volunteer()) == "rosters.full"
    stranger = make_volunteer()
    made = editing.assign(
        run_id=run.pk, turn_id=evening.pk, volunteer_id=stranger.pk, risks_told=True,
        by=plan.leader, at=AT,
    )  # fmt: skip
    assert (made.is_locked, made.is_by_hand) == (True, True)


def test_who_is_kept_apart_is_not_put_together_by_hand() -> None:
    plan, turn = small(places=2)
    first = make_wish(plan).volunteer
    other = make_volunteer()
    Pair.objects.create(plan=plan, one=first, other=other)
    run = drafted(plan)
    with pytest.raises(Refusal) as refused:
        editing.assign(
            run_id=run.pk,
            turn_id=turn.pk,
            volunteer_id=other.pk,
            risks_told=True,
            by=plan.leader,
            at=AT,
        )
    assert refused.value.code == "rosters.apart"


def test_a_published_draft_cannot_be_changed(
    board: tuple[Plan, Run, Turn, Turn, Volunteer],
) -> None:
    plan, run, _, _, _ = board
    published(run)
    with pytest.raises(WrongState):
        editing.unassign(assignment_id=run.assignments.get().pk, by=plan.leader, at=AT)
    with pytest.raises(WrongState):
        runs.discard_run(run_id=run.pk, by=plan.leader, at=AT)


# -- Turns that change hands -------------------------------------------------------------------


def held() -> tuple[Plan, Any, Any]:
    plan, turn = small()
    make_wish(plan)
    published(drafted(plan))
    return plan, turn, Signup.objects.get(shift=turn.shift)


def offered(signup: Any) -> Offer:
    return covers.offer_turn(signup_id=signup.pk, reason="出差", by=signup.volunteer.user, at=AT)


def taken(offer: Offer, volunteer: Any) -> Signup:
    return covers.take_offer(
        offer_id=offer.pk, volunteer_id=volunteer.pk, risks_read=True, by=volunteer.user, at=AT
    )


def test_an_offered_turn_goes_to_who_takes_it_and_the_plan_stays_as_it_is() -> None:
    plan, turn, signup = held()
    other = make_wish(plan).volunteer
    before = list(plan.wishes.values()), list(Turn.objects.values())
    offer = offered(signup)
    assert Message.objects.filter(user=other.user, title="有一班请人接替").count() == 1
    got = taken(offer, other)
    offer.refresh_from_db()
    signup.refresh_from_db()
    assert (offer.state, offer.taken, got.state) == (OfferState.TAKEN, got, SignupState.PLACED)
    assert signup.state == SignupState.CANCELLED
    assert Shift.objects.get(pk=turn.shift_id).taken == 1
    assert (list(plan.wishes.values()), list(Turn.objects.values())) == before
    assert Entry.objects.filter(verb="signups.hand_over").get().data["from_volunteer"] == (
        signup.volunteer_id
    )


def test_a_turn_is_taken_once() -> None:
    _, _, signup = held()
    offer = offered(signup)
    taken(offer, make_volunteer())
    with pytest.raises(WrongState):
        taken(offer, make_volunteer())
    with pytest.raises(WrongState):
        covers.withdraw_offer(offer_id=offer.pk, by=signup.volunteer.user, at=AT)


def test_nobody_takes_a_turn_against_a_clash_a_condition_or_without_the_risks() -> None:
    plan, turn, signup = held()
    offer = offered(signup)
    busy = make_volunteer()
    make_signup(shift=make_shift(starts_at=turn.shift.starts_at), volunteer=busy)
    tired = make_volunteer()
    make_signup(
        shift=make_shift(starts_at=turn.shift.ends_at + timedelta(hours=1)), volunteer=tired
    )
    for volunteer in (busy, tired):
        with pytest.raises(Refusal):
            taken(offer, volunteer)
    with pytest.raises(BadInput):
        covers.take_offer(
            offer_id=offer.pk, volunteer_id=make_volunteer().pk, risks_read=False,
            by=plan.leader, at=AT,
        )  # fmt: skip
    signup.refresh_from_db()
    assert signup.state == SignupState.PLACED


def test_an_offer_is_withdrawn_and_may_be_made_again() -> None:
    _, _, signup = held()
    offer = offered(signup)
    with pytest.raises(Refusal) as refused:
        offered(signup)
    assert refused.value.code == "rosters.offered"
    covers.withdraw_offer(offer_id=offer.pk, by=signup.volunteer.user, at=AT)
    assert offered(signup).state == OfferState.OPEN


def test_the_leader_names_a_substitute() -> None:
    plan, _, signup = held()
    offer = offered(signup)
    other = make_volunteer()
    got = covers.substitute(
        signup_id=signup.pk, number=f" {other.number} ", risks_told=True, by=plan.leader, at=AT
    )
    assert (got.volunteer, got.signed_up_by) == (other, plan.leader)
    offer.refresh_from_db()
    assert offer.state == OfferState.TAKEN
    with pytest.raises(BadInput) as refused:
        covers.substitute(signup_id=got.pk, number="😀", risks_told=True, by=plan.leader, at=AT)
    assert refused.value.field == "number"


def test_a_turn_that_has_begun_stays() -> None:
    _, turn, signup = held()
    with pytest.raises(Refusal) as refused:
        covers.offer_turn(
            signup_id=signup.pk, reason="", by=make_user("王芳"), at=turn.shift.starts_at
        )
    assert refused.value.code == "rosters.begun"


# -- Saboteurs ---------------------------------------------------------------------------------


def test_publishing_that_does_not_ask_for_rest_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "against", lambda *_a, **_k: "")
    with pytest.raises(AssertionError):
        test_nobody_is_placed_without_the_rest_that_was_lost_in_between()


def test_a_hand_over_that_forgets_the_first_person_is_caught(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from voluncity.service.signups.actions import handing_over

    monkeypatch.setattr(handing_over, "_give_up", lambda *_a, **_k: None)
    with pytest.raises(AssertionError):
        test_an_offered_turn_goes_to_who_takes_it_and_the_plan_stays_as_it_is()
