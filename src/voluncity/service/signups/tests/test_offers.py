"""A place that is kept for who waited: the clock, the answers, and what ends it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from pytest_django import Settings

from voluncity.city.inbox.models import Message, TextMessage
from voluncity.city.journal.models import Entry
from voluncity.city.journal.tasks import catch_up
from voluncity.city.people.models import User
from voluncity.city.policy.models import PolicyNumber
from voluncity.kernel.clock import CITY_TZ
from voluncity.kernel.refusals import Refusal, WrongState
from voluncity.service.projects.models import Shift
from voluncity.service.signups import actions, queries, rules
from voluncity.service.signups.models import Signup
from voluncity.service.signups.own_data import sections
from voluncity.service.signups.states import SignupState
from voluncity.testing.make_people import NOON, make_guardian, make_user, make_volunteer
from voluncity.testing.make_projects import MORNING, make_shift
from voluncity.testing.make_signups import make_signup

pytestmark = pytest.mark.django_db

S = SignupState
UNTIL = NOON + timedelta(minutes=120)


def waiting(shift: Shift, minutes: int = 0, *, user: bool = True) -> Signup:
    return make_signup(
        shift=shift, volunteer=make_volunteer(user=user), state=S.WAITING,
        at=NOON - timedelta(hours=1) + timedelta(minutes=minutes),
    )  # fmt: skip


def given_up(capacity: int = 1) -> tuple[Shift, Signup, Signup]:
    """Return a shift whose place was given back, the first who waits, and the second."""
    shift = make_shift(capacity=capacity)
    placed, first, second = make_signup(shift=shift), waiting(shift, 1), waiting(shift, 2)
    actions.cancel_signup(signup_id=placed.pk, reason="临时有事", by=make_user("李强"), at=NOON)
    first.refresh_from_db()
    second.refresh_from_db()
    return shift, first, second


def user_of(signup: Signup) -> User:
    assert signup.volunteer.user is not None
    return signup.volunteer.user


def states(*signups: Signup) -> list[str]:
    found = dict(Signup.objects.values_list("pk", "state"))
    return [found[one.pk] for one in signups]


def taken(shift: Shift) -> int:
    return Shift.objects.values_list("taken", flat=True).get(pk=shift.pk)


def local(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2030, 3, day, hour, minute, tzinfo=CITY_TZ)


# -- The clock -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "minutes", "until"),
    [
        (local(1, 9), 120, local(1, 11)),
        (local(1, 21), 120, local(2, 9)),  # an hour this evening, one tomorrow
        (local(1, 23), 120, local(2, 10)),
        (local(2, 3), 120, local(2, 10)),
        (local(1, 9), 1000, local(2, 11, 40)),
        (local(4, 18), 2880, MORNING),
        (local(5, 8, 30), 120, MORNING),
        (MORNING, 120, MORNING),
    ],
)
def test_the_clock_runs_by_day_and_ends_at_the_start(
    at: datetime, minutes: int, until: datetime
) -> None:
    assert rules.offer_until(at=at, minutes=minutes, starts_at=MORNING) == until


# -- Being asked ---------------------------------------------------------------------------------


def test_the_first_who_waits_is_asked_and_the_place_is_kept() -> None:
    shift, first, second = given_up()
    assert (states(first, second), first.offered_until) == ([S.OFFERED, S.WAITING], UNTIL)
    assert taken(shift) == 1
    assert queries.faults() == []
    with pytest.raises(Refusal) as refused:
        actions.sign_up(
            shift_id=shift.pk, volunteer_id=make_volunteer().pk, by=make_user(), at=NOON,
            risks_read=True,
        )  # fmt: skip
    assert refused.value.code == rules.FULL


def test_where_the_city_asks_nobody_people_move_up_by_themselves() -> None:
    PolicyNumber.objects.create(key="signups.offer_minutes", value=0, valid_from=date(2020, 1, 1))
    _, first, second = given_up()
    assert states(first, second) == [S.PLACED, S.WAITING]


def test_who_has_no_account_cannot_answer_and_is_placed() -> None:
    shift = make_shift(capacity=1)
    by_phone = waiting(shift, user=False)
    actions.fill_shift(shift_id=shift.pk, at=NOON)
    assert states(by_phone) == [S.PLACED]


def test_for_a_child_without_an_account_the_guardian_is_asked() -> None:
    shift = make_shift(capacity=1)
    child = make_volunteer(user=False, born_on=date(2012, 1, 1))
    make_guardian(child, user=make_user("王秀兰"))
    asked = make_signup(shift=shift, volunteer=child, state=S.WAITING)
    actions.fill_shift(shift_id=shift.pk, at=NOON)
    assert states(asked) == [S.OFFERED]


def test_a_place_that_is_kept_is_time_that_is_not_free() -> None:
    _, first, _ = given_up()
    other = make_shift()
    look = queries.chance(other.pk, first.volunteer_id, at=NOON)
    assert [one.code for one in look.reasons] == [rules.CLASH]
    careful = queries.reasons_for(other, first.volunteer, at=NOON)
    assert [one.code for one in careful] == [rules.CLASH]


def test_who_is_asked_counts_in_no_list_of_those_who_come() -> None:
    shift, first, _ = given_up()
    counted = queries.counts([shift])[shift.pk]
    assert (counted.placed, counted.offered, counted.waiting, counted.missing) == (0, 1, 1, 0)
    with pytest.raises(Refusal) as refused:
        queries.doors.signup_at_door(shift.pk, first.volunteer, who="您")
    assert refused.value.code == "signups.not_accepted"


# -- Answers -------------------------------------------------------------------------------------


def test_who_accepts_has_the_place() -> None:
    shift, first, second = given_up()
    actions.accept_offer(signup_id=first.pk, by=user_of(first), at=UNTIL - timedelta(1e-5))
    assert (states(first, second), taken(shift)) == ([S.PLACED, S.WAITING], 1)


def test_an_answer_at_the_last_moment_is_too_late() -> None:
    _, first, _ = given_up()
    with pytest.raises(Refusal) as refused:
        actions.accept_offer(signup_id=first.pk, by=user_of(first), at=UNTIL)
    assert refused.value.code == "signups.offer_over"


def test_the_same_answer_twice_is_one_answer() -> None:
    _, first, _ = given_up()
    actions.accept_offer(signup_id=first.pk, by=user_of(first), at=NOON)
    with pytest.raises(WrongState):
        actions.accept_offer(signup_id=first.pk, by=user_of(first), at=NOON)
    assert Entry.objects.filter(verb="signups.accept").count() == 1


def test_who_lets_the_next_one_have_it_is_out_of_the_list() -> None:
    shift, first, second = given_up()
    actions.decline_offer(signup_id=first.pk, by=user_of(first), at=NOON)
    assert (states(first, second), taken(shift)) == ([S.CANCELLED, S.OFFERED], 1)


def test_who_stays_waits_behind_all_others() -> None:
    _, first, second = given_up()
    actions.decline_offer(signup_id=first.pk, by=user_of(first), at=NOON, stay=True)
    assert states(first, second) == [S.WAITING, S.OFFERED]
    first.refresh_from_db()
    assert first.signed_up_at == NOON


def test_nobody_can_stay_for_whom_nobody_else_comes() -> None:
    shift = make_shift(capacity=1)
    alone = waiting(shift)
    actions.fill_shift(shift_id=shift.pk, at=NOON)
    with pytest.raises(Refusal) as refused:
        actions.decline_offer(signup_id=alone.pk, by=make_user(), at=NOON, stay=True)
    assert (refused.value.code, states(alone)) == ("signups.nobody_next", [S.OFFERED])


def test_an_offered_place_can_be_cancelled_and_is_no_late_cancel() -> None:
    shift, first, second = given_up()
    late = MORNING - timedelta(minutes=1)
    Signup.objects.filter(pk=first.pk).update(offered_until=MORNING)
    actions.cancel_signup(signup_id=first.pk, reason="临时有事", by=make_user(), at=late)
    assert (states(first, second), taken(shift)) == ([S.CANCELLED, S.OFFERED], 1)
    entry = Entry.objects.filter(verb="signups.cancel").latest("pk")
    assert entry.data["was_placed"] is False


# -- Its end -------------------------------------------------------------------------------------


def test_without_an_answer_the_next_one_is_asked() -> None:
    shift, first, second = given_up()
    assert queries.shifts_to_fill(at=UNTIL) == [shift.pk]
    actions.fill_shift(shift_id=shift.pk, at=UNTIL)
    first.refresh_from_db()
    assert (states(first, second), taken(shift)) == ([S.CANCELLED, S.OFFERED], 1)
    assert first.cancel_reason == "没有在时限内答复"


def test_at_the_start_offers_end_and_the_place_is_open_again() -> None:
    shift, first, second = given_up()
    Signup.objects.filter(pk=first.pk).update(offered_until=MORNING + timedelta(hours=1))
    actions.fill_shift(shift_id=shift.pk, at=MORNING)
    assert (states(first, second), taken(shift)) == ([S.CANCELLED, S.WAITING], 0)


def test_when_the_activity_is_called_off_nothing_is_offered_any_more() -> None:
    shift, first, _ = given_up()
    actions.drop_signups(activity_id=shift.activity_id, at=NOON)
    assert (states(first), taken(shift)) == ([S.DROPPED], 0)


def test_who_closes_the_account_gives_the_offer_back() -> None:
    shift, first, second = given_up()
    actions.leave_coming_shifts(volunteer_id=first.volunteer_id, at=NOON)
    assert (states(first, second), taken(shift)) == ([S.CANCELLED, S.OFFERED], 1)


# -- Being told ----------------------------------------------------------------------------------


@pytest.fixture
def _only_our_reader(settings: Settings) -> None:
    settings.VOLUNCITY_READERS = {"signups.people": "voluncity.service.signups.readers.tell_people"}


@pytest.mark.usefixtures("_only_our_reader")
def test_who_is_asked_is_told_until_when_and_where_to_answer() -> None:
    _, first, second = given_up()
    catch_up()
    message = Message.objects.get(user=first.volunteer.user)
    assert (message.title, message.url) == (
        "轮到您了，请答复", f"/me/signups/{first.pk}/offer/",
    )  # fmt: skip
    assert "留到 11月24日 14:00" in message.body
    assert TextMessage.objects.filter(key__startswith="signups.offer").count() == 1
    actions.fill_shift(shift_id=first.shift_id, at=UNTIL)
    catch_up()
    told = set(Message.objects.values_list("user", "title"))
    assert told >= {
        (first.volunteer.user_id, "没有等到您的答复，名额给了下一位"),
        (second.volunteer.user_id, "轮到您了，请答复"),
    }


@pytest.mark.usefixtures("_only_our_reader")
def test_whose_answer_somebody_else_gave_is_told() -> None:
    _, first, _ = given_up()
    catch_up()
    actions.accept_offer(signup_id=first.pk, by=make_user("李强"), at=NOON)
    catch_up()
    assert Message.objects.latest("pk").title == "名额已为您接受"


def test_the_copy_of_ones_data_says_until_when() -> None:
    _, first, _ = given_up()
    section = sections(first.volunteer)[0]
    row = dict(zip(section.columns, section.rows[0], strict=True))
    assert (row["状态"], row["名额保留到"]) == ("待答复", UNTIL.isoformat())
