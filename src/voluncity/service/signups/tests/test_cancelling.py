"""Give a place back: the deadline, the reason, and who moves up."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import OperationalError

from voluncity.city.journal.models import Entry
from voluncity.city.people.states import IdentityState
from voluncity.kernel.refusals import BadInput, NotFound, Refusal, WrongState
from voluncity.service.projects.models import Activity, Shift
from voluncity.service.projects.states import ActivityState
from voluncity.service.signups import actions, locks, queries, tasks
from voluncity.service.signups.models import Signup
from voluncity.service.signups.states import SignupState
from voluncity.testing.make_people import NOON, make_user, make_volunteer
from voluncity.testing.make_projects import MORNING, make_activity, make_project, make_shift
from voluncity.testing.make_signups import make_attendance, make_signup

pytestmark = pytest.mark.django_db

DEADLINE = MORNING - timedelta(minutes=120)


def cancel(signup: Signup, **changes: object) -> Signup:
    asked = {"reason": "临时有事", "by": signup.volunteer.user, "at": NOON} | changes
    return actions.cancel_signup(signup_id=signup.pk, **asked)  # type: ignore[arg-type]


def state_of(signup: Signup) -> str:
    return Signup.objects.values_list("state", flat=True).get(pk=signup.pk)


def test_the_place_is_free_again_and_the_reason_is_kept() -> None:
    signup = make_signup()
    found = cancel(signup, reason="  临时有事\n明天补 ")
    signup.shift.refresh_from_db()
    assert (found.state, found.cancel_reason, found.cancelled_at, signup.shift.taken) == (
        SignupState.CANCELLED, "临时有事 明天补", NOON, 0,
    )  # fmt: skip
    entry = Entry.objects.get(verb="signups.cancel")
    assert (entry.on_behalf_of_id, entry.data["was_placed"]) == (None, True)


def test_until_the_deadline_and_not_a_second_later() -> None:
    in_time, late = make_signup(shift=make_shift()), make_signup(shift=make_shift())
    assert cancel(in_time, at=DEADLINE).state == SignupState.CANCELLED
    with pytest.raises(Refusal) as refused:
        cancel(late, at=DEADLINE + timedelta(seconds=1))
    assert (refused.value.code, state_of(late)) == ("signups.too_late", SignupState.PLACED)


@pytest.mark.parametrize("reason", ["", "  ", "\u200b\x00", "事" * 201])
def test_a_reason_is_needed_and_has_a_length(reason: str) -> None:
    signup = make_signup()
    with pytest.raises(BadInput) as refused:
        cancel(signup, reason=reason)
    assert (refused.value.field, state_of(signup)) == ("reason", SignupState.PLACED)


def test_what_is_cancelled_is_not_cancelled_again() -> None:
    signup = make_signup()
    cancel(signup)
    with pytest.raises(WrongState):
        cancel(signup)
    signup.shift.refresh_from_db()
    assert signup.shift.taken == 0


def test_an_unknown_sign_up_is_not_found() -> None:
    with pytest.raises(NotFound):
        actions.cancel_signup(signup_id=0, reason="临时有事", by=make_user(), at=NOON)


def test_who_has_checked_in_leaves_by_checking_out() -> None:
    signup = make_signup()
    make_attendance(signup, in_at=NOON, is_out=False)
    with pytest.raises(Refusal) as refused:
        cancel(signup)
    assert (refused.value.code, state_of(signup)) == ("signups.checked_in", SignupState.PLACED)


def test_the_desk_may_cancel_for_somebody_until_the_shift_ends() -> None:
    signup, leader = make_signup(), make_user("李强")
    last = signup.shift.ends_at - timedelta(minutes=1)
    cancel(signup, by=leader, at=last, is_desk=True)
    entry = Entry.objects.get(verb="signups.cancel")
    assert (entry.actor_id, entry.on_behalf_of_id) == (leader.pk, signup.volunteer_id)
    with pytest.raises(Refusal):
        cancel(make_signup(), by=leader, at=signup.shift.ends_at, is_desk=True)


# -- Moving up -----------------------------------------------------------------------------------


def waiting(shift: Shift, minutes: int = 0, **volunteer: object) -> Signup:
    return make_signup(
        shift=shift,
        volunteer=make_volunteer(**volunteer),  # type: ignore[arg-type]
        state=SignupState.WAITING,
        at=NOON + timedelta(minutes=minutes),
    )


def test_the_first_who_waits_gets_the_place_in_the_same_moment() -> None:
    shift = make_shift(capacity=1)
    placed = make_signup(shift=shift)
    second, first = waiting(shift, 2), waiting(shift, 1)
    cancel(placed)
    shift.refresh_from_db()
    assert (state_of(first), state_of(second), shift.taken) == (
        SignupState.PLACED, SignupState.WAITING, 1,
    )  # fmt: skip
    entry = Entry.objects.get(verb="signups.place")
    assert (entry.actor_id, entry.subject_id, entry.data["volunteer"]) == (
        None, first.pk, first.volunteer_id,
    )  # fmt: skip


def test_leaving_the_waiting_list_moves_nobody_up() -> None:
    shift = make_shift(capacity=1)
    make_signup(shift=shift)
    leaving, staying = waiting(shift, 1), waiting(shift, 2)
    cancel(leaving, at=MORNING - timedelta(minutes=1))
    shift.refresh_from_db()
    assert (state_of(staying), shift.taken) == (SignupState.WAITING, 1)


def test_who_cannot_come_any_more_is_passed_over() -> None:
    shift = make_shift(capacity=1, activity=make_activity(project=make_project(max_age=60)))
    placed = make_signup(shift=shift)
    busy = waiting(shift, 1)
    make_signup(shift=make_shift(starts_at=shift.starts_at), volunteer=busy.volunteer)
    unverified = waiting(shift, 2, verified=False)
    old = waiting(shift, 3, born_on=date(1950, 1, 1))
    able = waiting(shift, 4)
    cancel(placed)
    assert [state_of(s) for s in (busy, unverified, old, able)] == [
        SignupState.WAITING, SignupState.WAITING, SignupState.WAITING, SignupState.PLACED,
    ]  # fmt: skip


def test_the_waiting_list_stops_when_the_shift_starts() -> None:
    shift = make_shift(capacity=1)
    placed, late = make_signup(shift=shift), waiting(shift)
    cancel(placed, at=shift.starts_at, is_desk=True, by=make_user())
    shift.refresh_from_db()
    assert (state_of(late), shift.taken) == (SignupState.WAITING, 0)


def test_several_places_are_filled_at_once_and_no_more() -> None:
    shift = make_shift(capacity=2)
    three = [waiting(shift, minutes) for minutes in (1, 2, 3)]
    placed = actions.fill_shift(shift_id=shift.pk, at=NOON)
    assert [signup.pk for signup in placed] == [three[0].pk, three[1].pk]
    shift.refresh_from_db()
    assert shift.taken == 2
    assert actions.fill_shift(shift_id=shift.pk, at=NOON) == []


def test_the_recurring_work_finds_who_became_able_to_come() -> None:
    shift = make_shift(capacity=1)
    late = waiting(shift, verified=False)
    assert tasks.fill_places() == 0
    late.volunteer.identity_state = IdentityState.VERIFIED
    late.volunteer.save(update_fields=["identity_state"])
    assert queries.shifts_to_fill(at=NOON) == [shift.pk]
    assert tasks.fill_places() == 1
    assert state_of(late) == SignupState.PLACED
    assert queries.shifts_to_fill(at=NOON) == []


# -- Called off ----------------------------------------------------------------------------------


def test_everybody_is_dropped_from_an_activity_called_off_but_who_was_there() -> None:
    activity = make_activity()
    shift = make_shift(activity=activity, capacity=5)
    placed, there = make_signup(shift=shift), make_signup(shift=shift)
    make_attendance(there, is_out=False)
    late, gone = waiting(shift), make_signup(shift=shift, state=SignupState.CANCELLED)
    Activity.objects.filter(pk=activity.pk).update(state=ActivityState.CANCELLED)
    dropped = actions.drop_signups(activity_id=activity.pk, at=NOON)
    shift.refresh_from_db()
    assert {signup.pk for signup in dropped} == {placed.pk, late.pk}
    assert [state_of(s) for s in (placed, there, late, gone)] == [
        SignupState.DROPPED, SignupState.PLACED, SignupState.DROPPED, SignupState.CANCELLED,
    ]  # fmt: skip
    assert shift.taken == 1
    assert Entry.objects.filter(verb="signups.drop").count() == 2
    assert actions.drop_signups(activity_id=activity.pk, at=NOON) == []


# -- Deadlocks -----------------------------------------------------------------------------------


class Broken(Exception):
    """What the driver says."""

    def __init__(self, sqlstate: str) -> None:
        self.sqlstate = sqlstate


def broken(times: int, sqlstate: str) -> list[int]:
    tries: list[int] = []

    @locks.again_after_deadlock
    def action() -> None:
        tries.append(1)
        if len(tries) <= times:
            raise OperationalError("broken") from Broken(sqlstate)

    try:
        action()
    except OperationalError:
        tries.append(0)
    return tries


@pytest.mark.django_db(transaction=True)
def test_an_action_ended_to_break_a_deadlock_is_run_again_three_times_at_most() -> None:
    assert broken(2, locks.DEADLOCK) == [1, 1, 1]
    assert broken(3, locks.DEADLOCK) == [1, 1, 1, 0]
    assert broken(1, "57014") == [1, 0]


def test_inside_another_transaction_a_deadlock_is_left_to_the_outer_one() -> None:
    assert broken(1, locks.DEADLOCK) == [1, 0]
