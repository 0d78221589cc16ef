"""Two people exchange two turns: both agree, the rules hold for both, whole or not at all."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from voluncity.city.inbox.models import Message
from voluncity.city.people.models import Volunteer
from voluncity.kernel.clock import day_bounds
from voluncity.kernel.refusals import BadInput, Refusal, WrongState
from voluncity.service.projects.models import Shift
from voluncity.service.rosters.actions import covers, swaps
from voluncity.service.rosters.models import Plan, Swap, Turn
from voluncity.service.rosters.queries import mine
from voluncity.service.rosters.states import SwapState
from voluncity.service.signups import queries as signups
from voluncity.service.signups.models import Signup
from voluncity.service.signups.states import SignupState
from voluncity.testing.make_people import make_volunteer, user_of
from voluncity.testing.make_rosters import MONDAY, make_pair, make_plan, make_post, make_slot
from voluncity.testing.make_rosters import make_turn as turn_on
from voluncity.testing.make_signups import make_attendance, make_signup
from voluncity.testing.pages import as_

pytestmark = pytest.mark.django_db

AT: datetime = day_bounds(MONDAY)[0] - timedelta(days=2)
BEFORE = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def both() -> tuple[Signup, Signup]:
    """Return 周杰's turn on Monday and 吴敏's on Tuesday, of one plan."""
    plan = make_plan()
    slot, post = make_slot(plan), make_post(plan)
    monday, tuesday = turn_on(post, slot, MONDAY), turn_on(post, slot, TUESDAY)
    made = [
        make_signup(shift=turn.shift, volunteer=make_volunteer(name), at=BEFORE)
        for name, turn in (("周杰", monday), ("吴敏", tuesday))
    ]
    return made[0], made[1]


def asked(own: Signup, other: Signup) -> Swap:
    return swaps.ask_swap(
        signup_id=own.pk, other_id=other.pk, risks_read=True, by=user_of(own.volunteer), at=AT
    )


def agreed(swap: Swap, at: datetime = AT) -> Swap:
    by = user_of(swap.other.volunteer)
    return swaps.agree_to_swap(swap_id=swap.pk, risks_read=True, by=by, at=at)


def holders() -> dict[date, str]:
    """Return who stands on which day."""
    placed = Signup.objects.filter(state=SignupState.PLACED)
    return {one.shift.roster_turn.day: one.volunteer.name for one in placed}


def test_both_turns_change_hands_at_once_and_no_place_is_free_between(
    both: tuple[Signup, Signup],
) -> None:
    swap = agreed(asked(*both))
    assert holders() == {MONDAY: "吴敏", TUESDAY: "周杰"}
    assert swap.state == SwapState.DONE
    assert list(Shift.objects.values_list("taken", flat=True)) == [1, 1]
    assert signups.faults() == []
    assert Message.objects.filter(title="换班").count() == 2


def test_until_the_other_agrees_both_stay_as_they_are(both: tuple[Signup, Signup]) -> None:
    swap = asked(*both)
    assert holders() == {MONDAY: "周杰", TUESDAY: "吴敏"}
    message = Message.objects.get()
    assert (message.title, message.url) == ("有人想和您换班", f"/rosters/swaps/{swap.pk}/")
    assert "周杰" not in message.body
    assert (
        swaps.end_swap(swap_id=swap.pk, verb="decline", by=user_of(both[1].volunteer), at=AT).state
        == SwapState.DECLINED
    )
    with pytest.raises(WrongState):
        agreed(swap)
    assert holders() == {MONDAY: "周杰", TUESDAY: "吴敏"}


def test_a_clash_of_one_of_them_stops_both(both: tuple[Signup, Signup]) -> None:
    swap = asked(*both)
    elsewhere = both[1].volunteer
    shift = both[0].shift
    beside = turn_on(make_post(make_plan()), make_slot(make_plan()), MONDAY).shift
    assert beside is not None
    Signup.objects.create(
        shift=beside, volunteer=elsewhere,
        state=SignupState.PLACED, signed_up_at=AT, risks_read_at=AT,
    )  # fmt: skip
    with pytest.raises(Refusal) as refused:
        agreed(swap)
    assert refused.value.code == "signups.clash"
    assert Signup.objects.get(pk=both[0].pk).state == SignupState.PLACED
    assert Shift.objects.get(pk=shift.pk).taken == 1


def test_rest_holds_for_both(both: tuple[Signup, Signup]) -> None:
    """Who is asked has an evening turn on Monday: the morning before it leaves no rest."""
    plan: Plan = both[0].shift.roster_turn.post.plan
    evening: Turn = turn_on(make_post(plan), make_slot(plan, "晚高峰", time(11, 0)), MONDAY)
    make_signup(shift=evening.shift, volunteer=both[1].volunteer)
    with pytest.raises(Refusal) as refused:
        agreed(asked(*both))
    assert refused.value.code == "rosters.tired"
    assert Signup.objects.filter(state=SignupState.PLACED).count() == 3


def test_who_is_kept_apart_is_not_put_together(both: tuple[Signup, Signup]) -> None:
    plan: Plan = both[0].shift.roster_turn.post.plan
    beside = make_volunteer("郑爽")
    Shift.objects.filter(pk=both[0].shift_id).update(capacity=2)
    make_signup(shift=both[0].shift, volunteer=beside)
    make_pair(plan, beside, both[1].volunteer)
    with pytest.raises(Refusal) as refused:
        agreed(asked(*both))
    assert refused.value.code == "rosters.apart"


def test_who_is_there_already_exchanges_nothing(both: tuple[Signup, Signup]) -> None:
    swap = asked(*both)
    make_attendance(both[0], is_out=False)
    with pytest.raises(Refusal) as refused:
        agreed(swap)
    assert refused.value.code == "signups.checked_in"


def test_a_turn_that_changed_hands_meanwhile_is_not_exchanged(both: tuple[Signup, Signup]) -> None:
    swap = asked(*both)
    helper = make_volunteer("何伟")
    covers.substitute(
        signup_id=both[0].pk, number=helper.number, risks_told=True,
        by=user_of(both[1].volunteer), at=AT,
    )  # fmt: skip
    with pytest.raises(Refusal):
        agreed(swap)
    assert holders() == {MONDAY: "何伟", TUESDAY: "吴敏"}


@pytest.mark.parametrize("case", ["own", "other_plan", "twice", "begun", "unread", "no_account"])
def test_what_cannot_be_asked(both: tuple[Signup, Signup], case: str) -> None:
    own, other = both
    at, risks = AT, True
    if case == "own":
        other = own
    elif case == "other_plan":
        plan = make_plan("别的方案")
        turn = turn_on(make_post(plan), make_slot(plan), TUESDAY)
        other = make_signup(shift=turn.shift)
    elif case == "twice":
        asked(own, other)
    elif case == "begun":
        at = own.shift.starts_at
    elif case == "unread":
        risks = False
    else:
        Volunteer.objects.filter(pk=other.volunteer_id).update(user=None)
    with pytest.raises((Refusal, BadInput)):
        swaps.ask_swap(
            signup_id=own.pk, other_id=other.pk, risks_read=risks, by=user_of(own.volunteer), at=at
        )
    assert Swap.objects.count() == (case == "twice")


def test_the_turns_nearest_in_time_are_offered_out_of_many(both: tuple[Signup, Signup]) -> None:
    own, beside = both
    plan: Plan = own.shift.roster_turn.post.plan
    post, slot = make_post(plan, "远处的岗"), own.shift.roster_turn.slot
    for days in range(13, 1, -1):  # those far away were planned first
        for day in (MONDAY - timedelta(days=days), MONDAY + timedelta(days=days)):
            make_signup(shift=turn_on(post, slot, day).shift, at=BEFORE)
    found = mine.turns_to_swap(own, at=BEFORE)
    days_away = [abs((one.turn.day - MONDAY).days) for one in found]
    assert found[0].signup == beside
    assert days_away == [1, *(days for days in range(2, 11) for _ in "ab"), 11]


# -- Pages ---------------------------------------------------------------------------------------


@pytest.mark.row("C4")
def test_asked_and_answered_on_pages(both: tuple[Signup, Signup]) -> None:
    own, other = both
    one, two = Client(), Client()
    one.force_login(user_of(own.volunteer))
    two.force_login(user_of(other.volunteer))
    ask = reverse("rosters:swap_ask", args=[own.pk])
    page = one.get(ask).content.decode()
    assert "吴*" in page
    assert "吴敏" not in page
    for wrong in ({}, {"other": "很好", "risks_read": "on"}, {"other": other.pk}):
        assert one.post(ask, wrong).status_code == 422
    assert one.post(ask, {"other": other.pk, "risks_read": "on"}).status_code == 302
    swap = Swap.objects.get()
    assert "有人想和您换班" in two.get(reverse("rosters:mine")).content.decode()
    answer = reverse("rosters:swap", args=[swap.pk])
    assert one.post(answer, {"risks_read": "on"}).status_code == 200  # cannot agree for the other
    assert two.post(answer, {}).status_code == 422
    assert two.post(answer, {"risks_read": "on"}).status_code == 302
    assert holders() == {MONDAY: "吴敏", TUESDAY: "周杰"}
    assert Client().get(answer).status_code == 302
    stranger = as_(user_of(make_volunteer()))
    assert stranger.get(answer).status_code == 404
    assert stranger.post(reverse("rosters:end_swap", args=[swap.pk])).status_code == 404


def test_who_asked_may_withdraw(both: tuple[Signup, Signup]) -> None:
    client = as_(user_of(both[0].volunteer))
    swap = asked(*both)
    client.post(reverse("rosters:end_swap", args=[swap.pk]))
    swap.refresh_from_db()
    assert swap.state == SwapState.WITHDRAWN
