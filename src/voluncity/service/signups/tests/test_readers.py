"""What follows from the journal: who is told, who moves up, who is dropped."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pytest_django import Settings

from voluncity.city.inbox.models import Message, TextMessage
from voluncity.city.journal.actions import record
from voluncity.city.journal.tasks import catch_up
from voluncity.service.projects import actions as projects
from voluncity.service.projects.models import Shift
from voluncity.service.signups import actions
from voluncity.service.signups.models import Signup
from voluncity.service.signups.states import SignupState
from voluncity.testing.make_people import NOON, make_user, make_volunteer
from voluncity.testing.make_projects import make_activity, make_shift
from voluncity.testing.make_signups import make_signup

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def only_our_reader(settings: Settings) -> None:
    settings.VOLUNCITY_READERS = {"signups.people": "voluncity.service.signups.readers.tell_people"}


def told(signup: Signup) -> list[tuple[str, str]]:
    messages = Message.objects.filter(user=signup.volunteer.user).order_by("pk")
    return list(messages.values_list("title", "url"))


def test_who_moves_up_is_told_once_in_the_inbox_and_by_text() -> None:
    shift = make_shift(capacity=1)
    placed = make_signup(shift=shift)
    waiting = make_signup(shift=shift, state=SignupState.WAITING)
    assert placed.volunteer.user
    actions.cancel_signup(signup_id=placed.pk, reason="临时有事", by=placed.volunteer.user, at=NOON)
    catch_up()
    catch_up()
    assert told(waiting) == [("候补成功，您有名额了", f"/me/signups/{waiting.pk}/")]
    assert told(placed) == []
    assert TextMessage.objects.count() == 1


def test_everybody_is_told_when_an_activity_is_called_off() -> None:
    shift = make_shift(capacity=1, name="东门引导")
    placed = make_signup(shift=shift)
    waiting = make_signup(shift=shift, state=SignupState.WAITING)
    by_phone = make_signup(
        shift=shift, volunteer=make_volunteer(user=False), state=SignupState.WAITING
    )
    projects.cancel_activity(
        activity_id=shift.activity_id, reason="大风蓝色预警", by=make_user("李强"), at=NOON
    )
    catch_up()
    shift.refresh_from_db()
    states = set(Signup.objects.values_list("state", flat=True))
    assert (states, shift.taken) == ({SignupState.DROPPED}, 0)
    message = Message.objects.get(user=placed.volunteer.user)
    what = "“周二文明引导”（东门引导，3月5日 周二 09:00–11:00）"
    assert (message.title, message.body) == (
        "活动已取消", f"{what}不再举行，请不要前往。原因：大风蓝色预警。"
    )  # fmt: skip
    assert len(told(waiting)) == 1
    assert TextMessage.objects.count() == 3
    assert told(by_phone) == []


def test_a_move_is_told_to_those_of_the_moved_shift_only() -> None:
    activity = make_activity()
    moved = make_signup(shift=make_shift(activity=activity))
    kept = make_signup(shift=make_shift(activity=activity))
    record(
        "projects.move_activity", activity, by=None, at=NOON, shifts=[moved.shift_id], place=False
    )
    catch_up()
    assert [title for title, _ in told(moved)] == ["活动的时间或地点有变动"]
    assert told(kept) == []
    record("projects.move_activity", activity, by=None, at=NOON, shifts=[], place=True)
    catch_up()
    assert [len(told(moved)), len(told(kept))] == [2, 1]


def test_more_places_are_given_to_those_who_wait() -> None:
    shift = make_shift(capacity=1)
    make_signup(shift=shift)
    waiting = make_signup(shift=shift, state=SignupState.WAITING)
    projects.change_capacity(shift_id=shift.pk, capacity=2, by=make_user("李强"), at=NOON)
    catch_up()
    waiting.refresh_from_db()
    assert (waiting.state, Shift.objects.get().taken) == (SignupState.PLACED, 2)


def test_who_was_passed_over_for_a_clash_gets_the_place_when_the_clash_is_gone() -> None:
    volunteer = make_volunteer()
    other = make_signup(shift=make_shift(), volunteer=volunteer)
    shift = make_shift(capacity=1)
    waiting = make_signup(shift=shift, volunteer=volunteer, state=SignupState.WAITING)
    assert actions.fill_shift(shift_id=shift.pk, at=NOON) == []
    assert volunteer.user
    actions.cancel_signup(signup_id=other.pk, reason="临时有事", by=volunteer.user, at=NOON)
    catch_up()
    waiting.refresh_from_db()
    assert waiting.state == SignupState.PLACED


def test_what_the_desk_does_for_somebody_is_told_to_them() -> None:
    shift, volunteer, leader = make_shift(capacity=1), make_volunteer(), make_user("李强")
    signup = actions.sign_up_by_number(
        shift_id=shift.pk, number=volunteer.number, risks_told=True, by=leader, at=NOON
    )
    second = actions.sign_up_by_number(
        shift_id=shift.pk, number=make_volunteer().number, risks_told=True, by=leader, at=NOON
    )
    actions.cancel_signup(
        signup_id=signup.pk, reason="本人来电", by=leader, at=NOON + timedelta(1), is_desk=True
    )
    catch_up()
    assert [title for title, _ in told(signup)] == ["组织者为您报了名", "您的报名已取消"]
    assert [title for title, _ in told(second)] == ["组织者为您候补", "候补成功，您有名额了"]


def test_what_somebody_does_for_themself_is_not_told_to_them() -> None:
    shift, volunteer = make_shift(), make_volunteer()
    assert volunteer.user
    signup = actions.sign_up(
        shift_id=shift.pk, volunteer_id=volunteer.pk, by=volunteer.user, at=NOON, risks_read=True
    )
    actions.cancel_signup(signup_id=signup.pk, reason="临时有事", by=volunteer.user, at=NOON)
    catch_up()
    assert told(signup) == []


def test_a_city_without_text_messages_tells_in_the_inbox_only(settings: Settings) -> None:
    settings.VOLUNCITY_SMS = "none"
    signup = make_signup()
    projects.cancel_activity(
        activity_id=signup.shift.activity_id, reason="下雨", by=make_user("李强"), at=NOON
    )
    catch_up()
    assert (len(told(signup)), TextMessage.objects.count()) == (1, 0)
