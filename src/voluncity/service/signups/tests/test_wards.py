"""A guardian signs a child up, gives the place back, and hears what the child does."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client

from voluncity.city.inbox.models import Message
from voluncity.city.journal.actions import catch_up
from voluncity.city.journal.models import Entry
from voluncity.city.people import actions as people
from voluncity.city.people.models import User, Volunteer
from voluncity.service.projects.models import Shift
from voluncity.service.signups import actions
from voluncity.service.signups.models import Attendance, Signup
from voluncity.service.signups.states import Method, SignupState
from voluncity.testing.counting import queries_for
from voluncity.testing.make_people import (
    NOON,
    make_child,
    make_guardian,
    make_user,
    make_volunteer,
    user_of,
)
from voluncity.testing.make_projects import MORNING, make_activity, make_project, make_shift
from voluncity.testing.make_signups import make_signup
from voluncity.testing.pages import as_

# In 2030, when the shifts of the tests are, she is 12.
GIRLS_BIRTHDAY = date(2017, 5, 1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def mother() -> User:
    return make_user("李秀英", "13887654321")


@pytest.fixture
def girl(mother: User) -> Volunteer:
    return make_child("王小满", guardian=mother, born_on=GIRLS_BIRTHDAY)


@pytest.fixture
def browser(mother: User) -> Client:
    return as_(mother)


def for_children() -> int:
    """Return a shift of a project that takes children from eight on."""
    return make_shift(activity=make_activity(project=make_project(min_age=8))).pk


def told(user: User) -> list[tuple[str, str]]:
    """Return the titles and the addresses of what a person was told."""
    catch_up(at=NOON)
    return list(Message.objects.filter(user=user).order_by("pk").values_list("title", "url"))


def test_a_guardian_signs_a_child_up_and_both_names_are_kept(
    browser: Client, mother: User, girl: Volunteer
) -> None:
    shift = for_children()
    page = browser.post(f"/shifts/{shift}/sign-up/{girl.pk}/", {"risks_read": "on"})
    assert page.headers["Location"] == f"/me/family/{girl.pk}/signups/"
    signup = Signup.objects.get()
    assert (signup.volunteer, signup.signed_up_by, signup.state) == (girl, mother, "placed")
    entry = Entry.objects.get(verb="signups.sign_up")
    assert (entry.actor_id, entry.on_behalf_of_id) == (mother.pk, girl.pk)
    # Pressed twice: the first has done it.
    again = browser.get(f"/shifts/{shift}/sign-up/{girl.pk}/")
    assert again.headers["Location"] == f"/me/family/{girl.pk}/signups/"


def test_the_risks_must_be_read_for_the_child_too(browser: Client, girl: Volunteer) -> None:
    page = browser.post(f"/shifts/{for_children()}/sign-up/{girl.pk}/", {})
    assert (page.status_code, "请先读完风险告知" in page.content.decode()) == (422, True)
    assert not Signup.objects.exists()


def test_reasons_speak_of_the_child(browser: Client, girl: Volunteer) -> None:
    shift = make_shift(activity=make_activity(project=make_project(min_age=16))).pk
    page = browser.get(f"/shifts/{shift}/sign-up/{girl.pk}/")
    words = page.content.decode()
    assert (page.status_code, "活动当天孩子 12 周岁" in words) == (200, True)
    assert f'href="/me/family/{girl.pk}/"' in words
    page = browser.post(f"/shifts/{shift}/sign-up/{girl.pk}/", {"risks_read": "on"})
    assert (page.status_code, Signup.objects.exists()) == (422, False)


def test_only_who_has_wards_is_asked_for_whom(girl: Volunteer) -> None:
    shift = for_children()
    childless = as_(user_of(make_volunteer()))
    assert "为谁报名" not in childless.get(f"/shifts/{shift}/sign-up/").content.decode()
    parent = make_volunteer("李强")
    make_guardian(girl, user=parent.user)
    both = as_(user_of(parent))
    words = both.get(f"/shifts/{shift}/sign-up/").content.decode()
    assert ("我自己" in words, f"/shifts/{shift}/sign-up/{girl.pk}/" in words) == (True, True)
    # Who has a place already comes back here for the child.
    make_signup(shift=Shift.objects.get(pk=shift), volunteer=parent)
    assert "王小满" in both.get(f"/shifts/{shift}/sign-up/").content.decode()
    assert both.post(f"/shifts/{shift}/sign-up/", {"risks_read": "on"}).status_code == 302


def test_a_guardian_who_is_no_volunteer_finds_the_button_at_the_activity(
    browser: Client, girl: Volunteer
) -> None:
    shift = make_shift(activity=make_activity(project=make_project(min_age=8)))
    words = browser.get(f"/activities/{shift.activity_id}/").content.decode()
    assert f'href="/shifts/{shift.pk}/sign-up/{girl.pk}/"' in words
    assert "代孩子报名" not in Client().get(f"/activities/{shift.activity_id}/").content.decode()


def test_somebody_elses_child_cannot_be_signed_up(browser: Client) -> None:
    other = make_child("赵小宝", guardian=make_user("赵敏", "13900000009"), born_on=GIRLS_BIRTHDAY)
    signup = make_signup(volunteer=other)
    tries = [
        browser.post(f"/shifts/{for_children()}/sign-up/{other.pk}/", {"risks_read": "on"}),
        browser.get(f"/me/family/{other.pk}/signups/"),
        browser.post(f"/me/family/signups/{signup.pk}/cancel/", {"why": "临时有事"}),
    ]
    assert [answer.status_code for answer in tries] == [404] * 3
    signup.refresh_from_db()
    assert (Signup.objects.count(), signup.state) == (1, SignupState.PLACED)


def test_a_guardian_gives_the_place_of_a_child_back(
    browser: Client, mother: User, girl: Volunteer
) -> None:
    signup = make_signup(volunteer=girl)
    page = f"/me/family/signups/{signup.pk}/cancel/"
    assert "为孩子取消报名" in browser.get(page).content.decode()
    assert browser.post(page, {}).status_code == 422
    answer = browser.post(page, {"why": "身体不适"})
    assert answer.headers["Location"] == f"/me/family/{girl.pk}/signups/"
    assert browser.post(page, {"why": "身体不适"}).status_code == 302
    signup.refresh_from_db()
    assert (signup.state, signup.cancel_reason) == ("cancelled", "身体不适")
    entry = Entry.objects.get(verb="signups.cancel")
    assert (entry.actor_id, entry.on_behalf_of_id) == (mother.pk, girl.pk)
    assert "身体不适" in browser.get(f"/me/family/{girl.pk}/signups/?tab=past").content.decode()


def test_the_guardian_hears_what_a_child_with_an_own_account_does(mother: User) -> None:
    boy = make_volunteer("王大满", born_on=date(2014, 5, 1))
    make_guardian(boy, user=mother)
    actions.sign_up(
        shift_id=for_children(), volunteer_id=boy.pk, by=user_of(boy), at=NOON, risks_read=True
    )
    actions.cancel_signup(
        signup_id=Signup.objects.get().pk, reason="临时有事", by=user_of(boy), at=NOON
    )
    assert told(mother) == [("孩子的活动", f"/me/family/{boy.pk}/signups/")] * 2
    bodies = list(Message.objects.filter(user=mother).order_by("pk").values_list("body", flat=True))
    assert [body[:7] for body in bodies] == ["王大满报名了“", "王大满取消了“"]
    assert told(user_of(boy)) == []


def test_a_boy_is_told_that_the_guardian_acted_for_him(mother: User) -> None:
    boy = make_volunteer("王大满", born_on=date(2014, 5, 1))
    make_guardian(boy, user=mother)
    actions.sign_up(
        shift_id=for_children(), volunteer_id=boy.pk, by=mother, at=NOON, risks_read=True
    )
    actions.cancel_signup(signup_id=Signup.objects.get().pk, reason="家里有事", by=mother, at=NOON)
    assert [title for title, _ in told(user_of(boy))] == ["监护人为您报了名", "您的报名已取消"]
    assert told(mother) == []


def test_guardians_of_grown_ups_hear_nothing(mother: User) -> None:
    adult = make_volunteer("王芳", born_on=date(2000, 5, 1))
    make_guardian(adult, user=mother)
    actions.sign_up(
        shift_id=make_shift().pk, volunteer_id=adult.pk, by=user_of(adult), at=NOON,
        risks_read=True,
    )  # fmt: skip
    assert told(mother) == []


def test_when_the_consent_is_withdrawn_what_comes_is_cancelled_and_what_was_stays(
    mother: User, girl: Volunteer
) -> None:
    came = make_signup(volunteer=girl)
    Attendance.objects.create(signup=came, in_at=NOON, in_method=Method.LIST)
    coming = make_signup(
        volunteer=girl, shift=make_shift(starts_at=MORNING + timedelta(days=1), capacity=1)
    )
    waits = make_signup(shift=coming.shift, state=SignupState.WAITING)
    people.withdraw_guardian(guardian_id=girl.guardians.get().pk, by=mother, at=NOON)
    catch_up(at=NOON)
    states = {one.pk: one.state for one in Signup.objects.all()}
    assert states == {
        came.pk: SignupState.PLACED, coming.pk: SignupState.CANCELLED, waits.pk: SignupState.PLACED,
    }  # fmt: skip
    coming.refresh_from_db()
    assert coming.cancel_reason == "监护人撤回了同意"


def test_as_long_as_another_guardian_agrees_nothing_is_cancelled(
    mother: User, girl: Volunteer
) -> None:
    make_guardian(girl, user=make_user("王建国", "13900000009"))
    signup = make_signup(volunteer=girl)
    people.withdraw_guardian(guardian_id=girl.guardians.order_by("pk")[0].pk, by=mother, at=NOON)
    catch_up(at=NOON)
    signup.refresh_from_db()
    assert signup.state == SignupState.PLACED


def test_without_the_reader_the_sign_up_would_stay(mother: User, girl: Volunteer) -> None:
    """The saboteur only writes the consent down, as the action does by itself."""
    signup = make_signup(volunteer=girl)
    people.withdraw_guardian(guardian_id=girl.guardians.get().pk, by=mother, at=NOON)
    signup.refresh_from_db()
    assert signup.state == SignupState.PLACED


def test_the_list_of_a_child_costs_the_same_for_one_and_thirty(
    browser: Client, girl: Volunteer
) -> None:
    make_signup(volunteer=girl)
    page = f"/me/family/{girl.pk}/signups/"
    one = queries_for(browser, page)
    for day in range(1, 20):
        make_signup(volunteer=girl, shift=make_shift(starts_at=MORNING + timedelta(days=day)))
    assert queries_for(browser, page) == one
