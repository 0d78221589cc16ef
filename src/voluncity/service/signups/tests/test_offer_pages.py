"""The pages on which an offered place is answered: one's own, a guardian's, the desk's; the API."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from voluncity.city.access.permissions import Role
from voluncity.city.people.models import User
from voluncity.service.projects.models import Shift
from voluncity.service.signups import actions
from voluncity.service.signups.models import Signup
from voluncity.service.signups.states import SignupState
from voluncity.service.signups.tests.reading import signed_in, words
from voluncity.testing.api import program_of
from voluncity.testing.make_orgs import give
from voluncity.testing.make_people import make_guardian, make_user, make_volunteer
from voluncity.testing.make_projects import make_shift
from voluncity.testing.make_signups import make_signup
from voluncity.testing.pages import as_

pytestmark = pytest.mark.django_db

S = SignupState


def made_offer(**volunteer: Any) -> Signup:
    """Return an offered place in a shift of the real day after tomorrow; one more waits."""
    begins = now() + timedelta(days=2)
    shift = make_shift(capacity=1, starts_at=begins, ends_at=begins + timedelta(hours=2))
    asked = make_signup(
        shift=shift, volunteer=make_volunteer(**volunteer), state=S.WAITING, at=_ago(2)
    )
    make_signup(shift=shift, state=S.WAITING, at=_ago(1))
    actions.fill_shift(shift_id=shift.pk, at=now())
    asked.refresh_from_db()
    return asked


def _ago(hours: int) -> datetime:
    return now() - timedelta(hours=hours)


def overdue(signup: Signup) -> Signup:
    Signup.objects.filter(pk=signup.pk).update(offered_until=_ago(1))
    return signup


def state_of(signup: Signup) -> str:
    return Signup.objects.values_list("state", flat=True).get(pk=signup.pk)


def offer_url(signup: Signup, name: str = "signups:offer") -> str:
    return reverse(name, args=[signup.pk])


@pytest.mark.parametrize(
    ("answer", "state"), [("accept", S.PLACED), ("decline", S.CANCELLED), ("stay", S.WAITING)]
)
def test_each_button_does_what_it_says(answer: str, state: str) -> None:
    signup = made_offer()
    client = signed_in(signup.volunteer)
    page = words(client.get(offer_url(signup)))
    assert all(word in page for word in ("接受", "让给下一位", "继续候补", "为您留到"))
    for _ in range(2):  # pressed twice
        answered = client.post(offer_url(signup), {"answer": answer})
        assert (answered.status_code, answered["Location"]) == (302, f"/me/signups/{signup.pk}/")
    assert state_of(signup) == state


@pytest.mark.parametrize("answer", ["", "yes", "接受", "🙂", "accept\x00", "a" * 500])
def test_an_odd_answer_is_refused_in_a_sentence(answer: str) -> None:
    signup = made_offer()
    answered = signed_in(signup.volunteer).post(offer_url(signup), {"answer": answer})
    assert (answered.status_code, state_of(signup)) == (422, S.OFFERED)
    assert "请选接受或让给下一位" in words(answered)


def test_when_the_time_is_over_the_page_says_so() -> None:
    signup = overdue(made_offer())
    client = signed_in(signup.volunteer)
    page = words(client.get(offer_url(signup)))
    assert ("没有赶上" in page, "接受" in page) == (True, False)
    answered = client.post(offer_url(signup), {"answer": "accept"})
    assert (answered.status_code, state_of(signup)) == (422, S.OFFERED)


def test_it_is_seen_wherever_one_would_look() -> None:
    signup = made_offer()
    client = signed_in(signup.volunteer)
    url = offer_url(signup)
    places = [
        "/me/signups/?tab=waiting", f"/me/signups/{signup.pk}/",
        f"/activities/{signup.shift.activity_id}/",
    ]  # fmt: skip
    assert [url in client.get(place).content.decode() for place in places] == [True] * 3
    assert "/me/signups/" not in words(client.get("/me/signups/"))


def test_somebody_elses_offer_is_not_found() -> None:
    signup = made_offer()
    for client in (signed_in(make_volunteer()), Client()):
        assert client.get(offer_url(signup)).status_code in (302, 404)
        assert client.post(offer_url(signup), {"answer": "accept"}).status_code in (302, 404)
    assert state_of(signup) == S.OFFERED


def test_a_guardian_answers_for_a_child() -> None:
    mother = make_user("李静")
    signup = made_offer(name="王秀兰", user=False)
    assert signup.state == S.PLACED  # nobody could answer
    child = make_volunteer("小红", user=False, born_on=date(2012, 1, 1))
    make_guardian(child, user=mother)
    shift = Shift.objects.get(pk=signup.shift_id)
    Shift.objects.filter(pk=shift.pk).update(capacity=2)
    asked = make_signup(shift=shift, volunteer=child, state=S.WAITING, at=_ago(3))
    actions.fill_shift(shift_id=shift.pk, at=now())
    client = as_(mother)
    listed = client.get(reverse("signups:of_ward", args=[child.pk]) + "?tab=waiting")
    assert offer_url(asked, "signups:ward_offer") in listed.content.decode()
    assert "为孩子留到" in words(client.get(offer_url(asked, "signups:ward_offer")))
    client.post(offer_url(asked, "signups:ward_offer"), {"answer": "accept"})
    assert state_of(asked) == S.PLACED
    assert client.get(offer_url(signup, "signups:ward_offer")).status_code == 404


def _leader(signup: Signup) -> User:
    leader = make_user("李强")
    give(leader, Role.TEAM_LEADER, signup.shift.activity.project.organization)
    return leader


def test_the_leader_sees_until_when_and_answers_for_who_calls() -> None:
    signup = made_offer()
    client = as_(_leader(signup))
    roster = reverse("signups:roster", args=[signup.shift.activity_id])
    page = words(client.get(roster))
    assert all(word in page for word in ("待答复", "留到", "代为接受", "1 人待答复"))
    client.post(reverse("signups:answer_for", args=[signup.pk]), {"answer": "maybe"})
    assert state_of(signup) == S.OFFERED
    answered = client.post(reverse("signups:answer_for", args=[signup.pk]), {"answer": "accept"})
    assert (answered.status_code, state_of(signup)) == (302, S.PLACED)


def test_the_api_shows_and_answers_an_offer() -> None:
    signup = made_offer()
    assert signup.volunteer.user is not None
    program = program_of(signup.volunteer.user)
    shown = program.get("me/signups", tab="waiting").body["items"][0]
    assert signup.offered_until is not None
    assert (shown["state"], datetime.fromisoformat(shown["offered_until"])) == (
        "offered", signup.offered_until,
    )  # fmt: skip
    answer = f"me/signups/{signup.pk}/answer"
    assert program.post(answer, {"answer": "perhaps"}).status == 422
    done = program.post(answer, {"answer": "accept"})
    assert (done.status, done.body["state"]) == (200, "placed")
    assert program.post(answer, {"answer": "decline"}).status == 409
