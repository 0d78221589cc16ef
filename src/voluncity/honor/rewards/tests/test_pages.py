"""The pages: what residents, shops and offices see and do, and what bad input answers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from voluncity.city.access.permissions import Role
from voluncity.city.orgs.states import Kind
from voluncity.city.people.models import User, Volunteer
from voluncity.city.regions.models import Region
from voluncity.honor.points import queries as points
from voluncity.honor.rewards import actions, codes, queries
from voluncity.honor.rewards.models import Merchant, Offer, Redemption, Sheet, Shop, Voucher
from voluncity.honor.rewards.views import public
from voluncity.kernel.clock import local_date
from voluncity.testing.make_files import make_paper
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import make_child, make_user, make_volunteer, user_of
from voluncity.testing.make_points import give_points
from voluncity.testing.make_rewards import make_offer, make_redemption, make_terms, make_voucher
from voluncity.testing.pages import as_, markup

pytestmark = pytest.mark.django_db


@pytest.fixture
def offer(merchant: Merchant, shop: Shop) -> Offer:
    """Return an offer that can be taken now."""
    assert shop.merchant == merchant
    return make_offer(merchant, at=now()).offer


# -- Residents -----------------------------------------------------------------------------------


def test_everybody_sees_what_is_given_and_by_whom(client: Client, offer: Offer) -> None:
    page = markup(client.get("/rewards/"))
    assert "免费理发一次" in page
    assert "100 积分" in page
    one = markup(client.get(f"/rewards/offers/{offer.pk}/"))
    assert "登录后兑换" in one
    assert "滨河东路 1 号" in one
    assert offer.merchant.name in markup(client.get("/rewards/merchants/"))
    assert "凭券免费" in markup(client.get(f"/rewards/merchants/{offer.merchant_id}/"))


def test_what_a_merchant_gave_is_counted_wholly(
    client: Client, offer: Offer, volunteer: Volunteer, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make_offer(offer.merchant, at=now(), title="热汤面一碗")
    for version in (offer.current, other):
        assert version is not None
        make_redemption(make_voucher(version, volunteer, at=now()), at=now())
    monkeypatch.setattr(public, "GIFTS_SHOWN", 1)
    page = markup(client.get(f"/rewards/merchants/{offer.merchant_id}/"))
    assert "已经回馈 2 次" in page
    assert page.count("1 次") == 1


def test_the_wall_counts_what_was_given_where_it_happens(
    client: Client, offer: Offer, volunteer: Volunteer
) -> None:
    merchant = offer.merchant
    assert offer.current is not None
    used = make_redemption(make_voucher(offer.current, volunteer, at=now()), at=now())
    assert "已回馈 1 次" in markup(client.get("/rewards/merchants/"))
    with CaptureQueriesContext(connection) as asked:
        client.get("/rewards/merchants/")
    assert not any("rewards_redemption" in query["sql"] for query in asked)
    actions.undo(redemption=used, words="弄错了", by=make_user("店员"), at=now())
    merchant.refresh_from_db()
    assert (merchant.given, queries.faults()) == (0, [])
    Merchant.objects.filter(pk=merchant.pk).update(given=7)
    assert queries.faults() == [f"商家“{merchant}”记着回馈 7 次，实际是 0 次"]


def test_the_list_is_narrowed_by_kind_county_points_and_stars(
    offer: Offer, merchant: Merchant, volunteer: Volunteer
) -> None:
    make_offer(merchant, at=now(), title="体检套餐", kind_id="health", points=900)
    make_offer(merchant, at=now(), title="景区门票", kind_id="culture", points=0, stars=3)
    me = as_(user_of(volunteer))
    names = ("免费理发一次", "体检套餐", "景区门票")

    def seen(query: str) -> list[str]:
        page = markup(me.get(f"/rewards/{query}"))
        return [name for name in names if name in page]

    assert seen("") == seen("?lat=37.86&lng=112.55") == list(names)
    assert seen("?kind=health") == ["体检套餐"]
    assert seen("?affordable=1") == ["免费理发一次", "景区门票"]
    assert seen("?stars=1") == ["免费理发一次", "体检套餐"]
    assert "我有 <strong" in markup(me.get("/rewards/"))


@pytest.mark.parametrize(
    "query", ["?kind=%00", "?region=x", "?lat=1e999&lng=2", "?page=-1", "?box=1,2", "?for=9" * 30]
)
def test_an_address_that_nobody_wrote_is_answered(client: Client, offer: Offer, query: str) -> None:
    del offer
    for page in ("/rewards/", "/rewards/merchants/"):
        assert client.get(f"{page}{query}").status_code == 200


def test_a_volunteer_takes_shows_and_gives_back(offer: Offer, volunteer: Volunteer) -> None:
    me = as_(user_of(volunteer))
    one = me.get(f"/rewards/offers/{offer.pk}/")
    assert "兑换后还有" in markup(one)
    sent = {"handle": str(one.context["handle"]), "version": offer.current_id, "for": volunteer.pk}
    taken = me.post(f"/rewards/offers/{offer.pk}/take/", sent, follow=True)
    voucher = Voucher.objects.get()
    assert taken.redirect_chain[-1][0] == f"/rewards/mine/{voucher.pk}/"
    assert "每 15 秒更换" in markup(taken)
    part = markup(me.get(f"/rewards/mine/{voucher.pk}/", headers={"HX-Request": "true"}))
    assert "<html" not in part
    assert "<svg" in part
    assert "免费理发一次" in markup(me.get("/rewards/mine/"))
    paper = me.post(f"/rewards/mine/{voucher.pk}/voucher.pdf")
    assert paper.content.startswith(b"%PDF")
    me.post(f"/rewards/mine/{voucher.pk}/give-back/")
    assert points.balance(volunteer.pk) == 500
    assert "已退还" in markup(me.get("/rewards/mine/?tab=past"))


def test_a_refusal_stands_on_the_offers_page(offer: Offer) -> None:
    poor = make_volunteer()
    me = as_(user_of(poor))
    assert "还差 100 积分" in markup(me.get(f"/rewards/offers/{offer.pk}/"))
    sent = {"handle": "one", "version": offer.current_id}
    answer = me.post(f"/rewards/offers/{offer.pk}/take/", sent)
    assert (answer.status_code, "没有兑换成功" in markup(answer)) == (422, True)


def test_in_a_rush_the_part_of_the_page_alone_is_answered(
    offer: Offer, volunteer: Volunteer
) -> None:
    poor, sent = make_volunteer(), {"handle": "one", "version": offer.current_id}
    address = f"/rewards/offers/{offer.pk}/take/"
    answer = as_(user_of(poor)).post(address, sent, headers={"HX-Request": "true"})
    assert (answer.status_code, "积分不够" in markup(answer)) == (422, True)
    assert len(answer.content) < 2_500
    assert f"/rewards/offers/{offer.pk}/" in markup(answer)
    done = as_(user_of(volunteer)).post(
        address, sent | {"handle": "two"}, headers={"HX-Request": "true"}
    )
    assert (done.status_code, done["HX-Redirect"]) == (
        200, f"/rewards/mine/{Voucher.objects.get().pk}/",
    )  # fmt: skip


@pytest.mark.parametrize(
    "sent",
    [
        {}, {"version": "x"}, {"handle": "h" * 99}, {"version": "１", "handle": "h"},
        {"for": "９", "handle": "h"}, {"version": "9" * 40, "handle": "\x00😀"},
        {"handle": "\x00"},
    ],
)  # fmt: skip
def test_a_bad_press_takes_nothing(
    offer: Offer, volunteer: Volunteer, sent: dict[str, str]
) -> None:
    answer = as_(user_of(volunteer)).post(f"/rewards/offers/{offer.pk}/take/", sent)
    assert answer.status_code in {404, 422}
    assert not Voucher.objects.exists()


def test_a_guardian_takes_for_a_child_and_not_for_a_stranger(offer: Offer) -> None:
    guardian = make_volunteer("李娜")
    child = make_child(guardian=user_of(guardian))
    give_points(child, 100)
    me = as_(user_of(guardian))
    assert f"为{child.name}兑换" in markup(me.get(f"/rewards/offers/{offer.pk}/?for={child.pk}"))
    sent = {"handle": "one", "version": offer.current_id, "for": child.pk}
    me.post(f"/rewards/offers/{offer.pk}/take/", sent)
    voucher = Voucher.objects.get()
    assert voucher.volunteer == child
    assert f"{child.name}的" in markup(me.get("/rewards/mine/"))
    stranger = as_(user_of(make_volunteer()))
    assert stranger.get(f"/rewards/mine/{voucher.pk}/").status_code == 404
    assert stranger.post(f"/rewards/offers/{offer.pk}/take/", sent).status_code == 404


@pytest.mark.parametrize("page", ["/rewards/", "/rewards/merchants/"])
def test_public_lists_ask_as_much_for_thirty_as_for_one(
    client: Client, merchant: Merchant, shop: Shop, page: str
) -> None:
    assert shop.merchant == merchant
    make_offer(merchant, at=now())
    client.get(page)
    with CaptureQueriesContext(connection) as one:
        client.get(page)
    for _ in range(9):
        make_offer(merchant, at=now())
        make_offer(at=now())
    with CaptureQueriesContext(connection) as many:
        client.get(page)
    assert len(many) == len(one)


# -- The counter ---------------------------------------------------------------------------------


def test_a_clerk_scans_hands_over_and_takes_back(
    offer: Offer, shop: Shop, clerk: User, volunteer: Volunteer
) -> None:
    assert offer.current is not None
    voucher = make_voucher(offer.current, volunteer, at=now())
    desk = as_(clerk)
    token = codes.phone_token(voucher.pk, at=now())
    found = desk.post("/rewards/desk/scan/", {"code": token, "shop": shop.pk})
    assert "理发一次" in markup(found)
    assert "赵*强" in markup(found)
    assert volunteer.name not in markup(found)
    sent = {"shop": shop.pk, "pass": found.context["pass"]}
    done = desk.post("/rewards/desk/scan/redeem/", sent, headers={"HX-Request": "true"})
    assert "已核销，请交付" in markup(done)
    again = desk.post("/rewards/desk/scan/redeem/", sent, headers={"HX-Request": "true"})
    assert (again.status_code, "已经用过了" in markup(again)) == (422, True)
    redemption = Redemption.objects.get()
    page = f"/rewards/desk/redemptions/{redemption.pk}/"
    assert desk.post(f"{page}undo/", {"words": ""}).status_code == 422
    desk.post(f"{page}undo/", {"words": "扫错了"})
    assert "扫错了" in markup(desk.get(page))


def test_the_address_in_the_code_opens_the_counter(
    offer: Offer, clerk: User, volunteer: Volunteer
) -> None:
    assert offer.current is not None
    voucher = make_voucher(offer.current, volunteer, at=now())
    token = codes.phone_token(voucher.pk, at=now())
    assert "确认核销" in markup(as_(clerk).get(f"/rewards/desk/scan/?code={token}"))
    assert as_(user_of(volunteer)).get("/rewards/desk/scan/").status_code == 403


@pytest.mark.parametrize("sent", [{}, {"code": "x" * 900}, {"shop": "９", "code": "😀"}])
def test_a_bad_code_is_a_sentence(offer: Offer, clerk: User, sent: dict[str, str]) -> None:
    del offer
    answer = as_(clerk).post("/rewards/desk/scan/", sent)
    assert (answer.status_code, "不能核销" in markup(answer)) == (422, True)


# -- The desk ------------------------------------------------------------------------------------


def test_a_merchant_joins_is_reviewed_and_offers_something(
    office: User, merchant: Merchant
) -> None:
    place: Region = merchant.organization.region
    organization = make_organization("晋源体检中心", kind=Kind.UNIT, region=place)
    owner = make_user("院办")
    give(owner, Role.ORG_ADMIN, organization)
    desk, review = as_(owner), as_(office)
    sent = {
        "organization": organization.pk, "kind": "health", "promise": "为志愿者免费体检",
        "contact_name": "周大夫", "contact_phone": "１３９００００００００",
        "permit": make_paper(),
    }  # fmt: skip
    assert desk.post("/rewards/desk/join/", {**sent, "permit": ""}).status_code == 422
    sent["permit"] = make_paper()
    desk.post("/rewards/desk/join/", sent)
    joined = Merchant.objects.get(organization=organization)
    page = f"/rewards/desk/merchants/{joined.pk}/"
    assert "待审核" in markup(review.get(page))
    assert review.post(f"{page}send_back/", {"words": ""}).status_code == 422
    review.post(f"{page}approve/")
    county = place.parent.parent if place.parent else None
    assert county is not None
    shop = {
        "name": "体检部", "region": county.pk, "address": "新建路 1 号", "hours": "周一至周五",
        "phone": "", "lat": "37.87", "lng": "112.54",
    }  # fmt: skip
    assert desk.post(f"{page}shops/new/", {**shop, "lat": "112"}).status_code == 422
    desk.post(f"{page}shops/new/", shop)
    terms = _terms(Shop.objects.get(merchant=joined))
    desk.post(f"{page}offers/new/", terms)
    offer = Offer.objects.get(merchant=joined)
    desk.post(f"/rewards/desk/offers/{offer.pk}/submit/")
    assert desk.post(f"/rewards/desk/offers/{offer.pk}/approve/").status_code == 404
    review.post(f"/rewards/desk/offers/{offer.pk}/approve/")
    assert "体检套餐" in markup(Client().get("/rewards/"))
    terms |= {"points": "300", "title": "体检套餐二"}
    desk.post(f"/rewards/desk/offers/{offer.pk}/edit/", terms)
    assert "体检套餐二" not in markup(Client().get("/rewards/"))


def test_terms_that_were_handed_in_anew_are_not_let_in_unseen(
    merchant: Merchant, shop: Shop, office: User, owner: User
) -> None:
    version = actions.write_offer(
        merchant=merchant, terms=make_terms(merchant, at=now()), photo=None, by=owner, at=now()
    )
    actions.submit_offer(version=version, by=owner, at=now())
    page, review = f"/rewards/desk/offers/{version.offer_id}/", as_(office)
    opened = review.get(page).context["seen"]
    dearer = make_terms(merchant, at=now(), settlement_fen=99_900)
    changed = actions.change_offer(
        offer=version.offer, terms=dearer, photo=None, by=owner, at=now()
    )
    actions.submit_offer(version=changed, by=owner, at=now())
    late = review.post(f"{page}approve/", {"seen": opened})
    assert (late.status_code, "请看过最新的再办理" in markup(late)) == (422, True)
    assert review.post(f"{page}approve/", {"seen": late.context["seen"]}).status_code == 302


def _terms(shop: Shop) -> dict[str, Any]:
    today = local_date(now())
    return {
        "kind": "health", "title": "体检套餐", "text": "", "hand_over": "套餐一次",
        "points": "200", "stars": "0", "stock": "50", "stock_day": "", "per_person": "1",
        "limit_period": "year", "offered_from": today.isoformat(),
        "offered_until": (today + timedelta(days=30)).isoformat(), "use_days": "30",
        "use_until": (today + timedelta(days=60)).isoformat(), "returns_points": "on",
        "shops": [shop.pk], "settlement": "80.50", "terms": "",
    }  # fmt: skip


WRONG = (
    ("title", "很" * 31), ("title", "😀"), ("points", "-1"), ("points", "一百"), ("stars", "6"),
    ("stock", "0"), ("stock_day", "99"), ("use_until", "2020-01-01"), ("shops", ["0"]),
    ("shops", ["x"]), ("settlement", "免费"), ("settlement", "1.234"), ("kind", "no"),
    ("limit_period", "week"), ("offered_from", "明天"), ("use_days", "0"),
)  # fmt: skip


def test_a_wrong_field_is_named_and_nothing_is_kept(
    merchant: Merchant, shop: Shop, owner: User
) -> None:
    desk, page = as_(owner), f"/rewards/desk/merchants/{merchant.pk}/offers/new/"
    for field, value in WRONG:
        answer = desk.post(page, _terms(shop) | {field: value})
        named = (answer.status_code, list(answer.context["form"].errors))
        assert named == (422, [field]), value
    assert not Offer.objects.exists()


def test_full_width_digits_are_digits(merchant: Merchant, shop: Shop, owner: User) -> None:
    sent = _terms(shop) | {"points": "２００", "settlement": "８０"}
    as_(owner).post(f"/rewards/desk/merchants/{merchant.pk}/offers/new/", sent)
    version = Offer.objects.get().versions.get()
    assert (version.points, version.settlement_fen) == (200, 8000)


def test_the_office_reads_lists_figures_and_sheets(
    offer: Offer, office: User, owner: User, volunteer: Volunteer
) -> None:
    assert offer.current is not None
    earlier = now() - timedelta(days=40)
    redemption = make_redemption(make_voucher(offer.current, volunteer, at=now()), at=now())
    Redemption.objects.filter(pk=redemption.pk).update(at=earlier, undo_until=earlier)
    actions.draw_sheets(today=local_date(now()), at=now())
    sheet = Sheet.objects.get()
    review, shop_desk = as_(office), as_(owner)
    assert offer.merchant.name in markup(review.get("/rewards/desk/?task=&q=爱心"))
    for page in ("redemptions", "vouchers"):
        assert "免费理发一次" in markup(review.get(f"/rewards/desk/{page}/"))
    assert review.get("/rewards/desk/figures/?days=90").context["fen"] == "15 元"
    records = f"/rewards/desk/vouchers/?offer={offer.pk}"
    assert records in markup(review.get(f"/rewards/desk/offers/{offer.pk}/"))
    for query, number in ((f"offer={offer.pk}", 1), ("offer=999999", 0), ("offer=x", 1)):
        page = review.get(f"/rewards/desk/vouchers/?{query}").context["page"]
        assert len(page.object_list) == number
    page = f"/rewards/desk/sheets/{sheet.pk}/"
    assert "等商家确认" in markup(review.get(page))
    assert "确认无误" in markup(shop_desk.get(page))
    shop_desk.post(f"{page}confirm/", {"version": sheet.version})
    sheet.refresh_from_db()
    review.post(f"{page}close/", {"version": sheet.version})
    assert "已结清" in markup(shop_desk.get("/rewards/desk/sheets/"))
    assert shop_desk.get(f"{page}sheet.pdf").content.startswith(b"%PDF")
    assert shop_desk.get(f"{page}sheet.xlsx").content.startswith(b"PK")


def test_the_office_takes_for_an_elder_and_prints(offer: Offer, office: User) -> None:
    elder = make_volunteer("陈桂兰", region=offer.merchant.organization.region, user=False)
    give_points(elder, 100)
    desk = as_(office)
    who = {"number": elder.number, "name": "陈桂兰"}
    assert desk.post("/rewards/desk/for/", {**who, "name": "陈桂花"}).status_code == 422
    page = desk.post("/rewards/desk/for/", who)
    assert "免费理发一次" in markup(page)
    choice = f"{offer.pk}:{offer.current_id}"
    desk.post("/rewards/desk/for/", {**who, "version": choice, "handle": "one"})
    voucher = Voucher.objects.get()
    printed = desk.post(f"/rewards/desk/for/{voucher.pk}/voucher.pdf")
    assert (printed.content[:4], voucher.taken_by) == (b"%PDF", office)


def test_strangers_find_no_merchant_at_the_desk(offer: Offer) -> None:
    stranger = make_user("别家店主")
    give(stranger, Role.ORG_ADMIN, make_organization(kind=Kind.MERCHANT))
    desk = as_(stranger)
    assert offer.merchant.name not in markup(desk.get("/rewards/desk/"))
    for page in (f"merchants/{offer.merchant_id}/", f"offers/{offer.pk}/"):
        assert desk.get(f"/rewards/desk/{page}").status_code == 404


def test_lists_of_the_desk_answer_what_nobody_wrote(office: User) -> None:
    desk = as_(office)
    asked = "kind=%00&state=%00&month=%00&since=%00&merchant=%00&q=%00"
    for page in ("", "redemptions/", "vouchers/", "sheets/", "figures/"):
        assert desk.get(f"/rewards/desk/{page}?{asked}").status_code == 200
