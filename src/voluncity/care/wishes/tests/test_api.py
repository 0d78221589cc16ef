"""Wishes by the API: found near, claimed once, contact for the claimant alone, then confirmed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from voluncity.care.wishes.models import Look
from voluncity.city.people.models import User, Volunteer
from voluncity.city.regions.models import Region
from voluncity.city.tokens.models import KeptAnswer
from voluncity.testing.api import Program, program_of
from voluncity.testing.clock import stopped_at
from voluncity.testing.make_people import NOON, TODAY, make_user, make_volunteer, user_of
from voluncity.testing.make_wishes import CONTACT, TITLE, make_open_wish, make_posted_wish

pytestmark = [pytest.mark.django_db, pytest.mark.row("F1")]
PROMISE = {"promised_on": (TODAY + timedelta(days=3)).isoformat()}


def test_a_wish_comes_true_through_the_api(
    home: Region, wisher: User, volunteer: Volunteer
) -> None:
    wish = make_open_wish(wisher, region=home)
    with stopped_at(NOON):
        mine, theirs = program_of(user_of(volunteer)), program_of(wisher)
        assert mine.get(f"me/wish-claims/{wish.pk}/contact").refusal[0] == 404
        claimed = mine.post(f"wishes/{wish.pk}/claim", PROMISE, once="claim-1")
        assert (claimed.status, claimed.body["state"], claimed.body["wish_state_label"]) == (
            201, "live", "已认领",
        )  # fmt: skip
        again = mine.post(f"wishes/{wish.pk}/claim", PROMISE, once="claim-1")
        assert again.body == claimed.body
        other = program_of(user_of(make_volunteer("钱多多", region=home)))
        assert other.post(f"wishes/{wish.pk}/claim", PROMISE).refusal == (
            409, "wishes.taken", "",
        )  # fmt: skip
        contact = mine.get(f"me/wish-claims/{wish.pk}/contact").body
        assert contact == {
            "name": CONTACT.name, "phone": CONTACT.phone, "address": CONTACT.address,
        }  # fmt: skip
        assert Look.objects.filter(wish=wish, by=volunteer.user).count() == 1
        said = {"words": "陪老人理了发"}
        done = mine.post(f"me/wish-claims/{wish.pk}/finish", said).body
        assert (done["wish_state"], done["done_text"]) == ("done", "陪老人理了发")
        answer = {"answer": "complete"}
        assert other.post(f"me/wishes/{wish.pk}/answer", answer).refusal[0] == 404
        confirmed = theirs.post(f"me/wishes/{wish.pk}/answer", answer).body
        assert (confirmed["state_label"], confirmed["worth_minutes"]) == ("已实现", 90)
        assert mine.get(f"me/wish-claims/{wish.pk}/contact").refusal[0] == 403
        assert mine.get("me/wish-claims").body["items"][0]["state"] == "completed"


def test_a_claim_that_is_given_back_closes_the_contact(
    home: Region, wisher: User, volunteer: Volunteer
) -> None:
    wish = make_open_wish(wisher, region=home)
    with stopped_at(NOON):
        mine = program_of(user_of(volunteer))
        mine.post(f"wishes/{wish.pk}/claim", PROMISE)
        refused = mine.post(f"me/wish-claims/{wish.pk}/release", {"words": " "})
        assert refused.refusal == (422, "bad_input", "words")
        back = mine.post(f"me/wish-claims/{wish.pk}/release", {"words": "临时出差"}).body
        assert (back["state"], back["wish_state"]) == ("released", "open")
        assert mine.get(f"me/wish-claims/{wish.pk}/contact").refusal[0] == 404
    assert not KeptAnswer.objects.exists()


def test_the_wall_tells_no_address_and_no_name(home: Region, wisher: User) -> None:
    wish = make_open_wish(wisher, region=home)
    make_posted_wish(make_user("没有审核"), region=home)
    for answer in (Program().get("wishes"), Program().get("wishes", lat=37.87, lng=112.55)):
        [found] = answer.body["items"]
        assert (found["id"], found["title"], found["region"]) == (wish.pk, TITLE, home.name)
        assert not any(word in str(answer.body) for word in (CONTACT.phone, CONTACT.address))
        assert CONTACT.name not in str(answer.body)
    assert Program().get(f"wishes/{wish.pk}").body["wisher"] == "李*香"
    odd: dict[str, Any] = {
        "lat": 37.8, "kind": "gold", "region_id": 10**9, "theme_id": 10**9, "state": "posted",
    }  # fmt: skip
    for field, value in odd.items():
        assert Program().get("wishes", **{field: value}).refusal[::2] == (422, field)
    assert Program().get("wishes", region_id=home.pk, kind="company").body["total"] == 1
    assert Program().get("wishes", state="completed").body["total"] == 0


def test_thirty_wishes_cost_as_many_queries_as_one(home: Region) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert Program().get("wishes", size=50).status == 200
        return len(asked)

    make_open_wish(make_user(), region=home)
    one = cost()
    for _ in range(29):
        make_open_wish(make_user(), region=home)
    assert cost() == one
