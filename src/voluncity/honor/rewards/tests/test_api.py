"""Rewards by the API: taken once, shown with a code that changes, handed over at the counter."""

from __future__ import annotations

import pytest

from voluncity.city.people.models import User, Volunteer
from voluncity.honor.points import queries as points
from voluncity.honor.rewards.models import Redemption, Shop, Version
from voluncity.testing.api import Program, program_of
from voluncity.testing.clock import stopped_at
from voluncity.testing.make_people import NOON, make_volunteer, user_of
from voluncity.testing.make_rewards import make_merchant, make_shop, make_voucher

pytestmark = [pytest.mark.django_db, pytest.mark.row("E3")]


def test_an_offer_is_taken_and_handed_over_through_the_api(
    haircut: Version, shop: Shop, clerk: User, volunteer: Volunteer
) -> None:
    offer = f"offers/{haircut.offer_id}"
    with stopped_at(NOON):
        mine, counter = program_of(user_of(volunteer)), program_of(clerk)
        look = mine.get(offer).body
        assert [(one["is_self"], one["why_not"]) for one in look["takers"]] == [(True, "")]
        sent = {"terms_id": look["terms_id"], "handle": "press-of-a-phone"}
        taken = mine.post(f"{offer}/take", sent)
        assert (taken.status, taken.body["state_label"]) == (201, "待使用")
        assert mine.post(f"{offer}/take", sent).body["id"] == taken.body["id"]
        assert points.balance(volunteer.pk) == 400
        shown = mine.get(f"me/vouchers/{taken.body['id']}").body
        place = f"organizer/shops/{shop.pk}"
        found = counter.post(f"{place}/find-voucher", {"code": shown["typed"]}).body
        assert (found["title"], found["holder"]) == ("免费理发一次", "赵*强")
        done = counter.post(f"{place}/redemptions", {"pass_code": found["pass_code"]})
        assert (done.status, done.body["hand_over"]) == (201, "理发一次")
        twice = counter.post(f"{place}/redemptions", {"pass_code": found["pass_code"]})
        assert twice.refusal == (409, "rewards.used", "code")
        assert mine.get("me/vouchers", tab="past").body["items"][0]["used_in"] == shop.name
        undo = f"organizer/redemptions/{done.body['id']}/undo"
        assert counter.post(undo, {"words": "扫错了"}).body["undo_reason"] == "扫错了"
        back = mine.post(f"me/vouchers/{taken.body['id']}/give-back").body
        assert (back["state_label"], points.balance(volunteer.pk)) == ("已退还", 500)
    assert Redemption.objects.filter(undone_at=None).count() == 0


def test_other_shops_and_other_peoples_vouchers_are_not_there(
    haircut: Version, shop: Shop, clerk: User, volunteer: Volunteer
) -> None:
    assert shop.merchant_id == haircut.offer.merchant_id
    voucher, foreign = make_voucher(haircut, volunteer), make_shop(make_merchant())
    with stopped_at(NOON):
        stranger, counter = program_of(user_of(make_volunteer("吴刚"))), program_of(clerk)
        assert stranger.get(f"me/vouchers/{voucher.pk}").refusal[0] == 404
        assert stranger.post(f"me/vouchers/{voucher.pk}/give-back").refusal[0] == 404
        for step in (("find-voucher", {"code": "1234567890"}), ("redemptions", {"pass_code": "x"})):
            page, sent = f"organizer/shops/{foreign.pk}/{step[0]}", step[1]
            assert counter.post(page, sent).refusal == (404, "not_found", "")
            assert stranger.post(page, sent).refusal[0] == 403
        assert [one["id"] for one in counter.get("organizer/shops").body["items"]] == [shop.pk]


def test_terms_that_changed_or_too_few_points_are_told(haircut: Version, shop: Shop) -> None:
    assert shop.merchant_id == haircut.offer.merchant_id
    offer = f"offers/{haircut.offer_id}"
    with stopped_at(NOON):
        poor = program_of(user_of(make_volunteer("孙立")))
        [line] = Program().get("offers", points_most=100).body["items"]
        assert (line["title"], line["price"]) == ("免费理发一次", "100 积分")
        assert Program().get("offers", points_most=99).body["items"] == []
        assert Program().get("offers", kind="gold").refusal[::2] == (422, "kind")
        assert "还差 100 积分" in poor.get(offer).body["takers"][0]["why_not"]
        sent = {"terms_id": haircut.pk, "handle": "press-0001"}
        assert poor.post(f"{offer}/take", sent).status == 409
        unknown = poor.post(f"{offer}/take", sent | {"terms_id": 10**9})
        assert unknown.refusal == (404, "not_found", "")
