"""Rows E2 and E3: from the shop's application to the month's sheet, by the pages people use."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils.timezone import now
from pytest_django.fixtures import Settings

from voluncity.city.access.permissions import Role
from voluncity.city.journal.actions import catch_up
from voluncity.city.orgs.states import Kind
from voluncity.city.people.models import Volunteer
from voluncity.honor.points import queries as points
from voluncity.honor.rewards import actions, codes, queries
from voluncity.honor.rewards.models import Merchant, Offer, Redemption, Sheet, Shop, Voucher
from voluncity.kernel.clock import local_date
from voluncity.testing.make_files import make_paper
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import (
    make_county,
    make_region,
    make_user,
    make_volunteer,
    user_of,
)
from voluncity.testing.make_points import give_points
from voluncity.testing.pages import as_, markup

pytestmark = [pytest.mark.django_db, pytest.mark.row("E2"), pytest.mark.row("E3")]


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    settings.VOLUNCITY_FILES = str(tmp_path)


class Story:
    """A noodle shop with its owner and clerk, and the office of its county."""

    def __init__(self) -> None:
        actions.load_kinds()
        self.county = make_county()
        self.organization = make_organization(
            "老味面馆", kind=Kind.MERCHANT, region=make_region("府东社区", parent=self.county)
        )
        owner, clerk, officer = (make_user(name) for name in ("店主", "店员", "区文明办"))
        give(owner, Role.ORG_ADMIN, self.organization)
        give(clerk, Role.SHOP_CLERK, self.organization)
        give(officer, Role.COUNTY_OFFICE, self.county)
        self.shop_desk, self.counter, self.office = as_(owner), as_(clerk), as_(officer)
        self.today = local_date(now())

    def join(self) -> None:
        """The shop asks to join; the office of its county lets it in; it says where it is."""
        self.shop_desk.post("/rewards/desk/join/", {
            "organization": self.organization.pk, "kind": "life", "promise": "热汤热面，谢谢您。",
            "contact_name": "钱多多", "contact_phone": "13900000000", "permit": make_paper(),
        })  # fmt: skip
        merchant = Merchant.objects.get()
        assert "商家和兑换项目审核" in markup(self.office.get("/desk/"))
        self.office.post(f"/rewards/desk/merchants/{merchant.pk}/approve/")
        self.shop_desk.post(f"/rewards/desk/merchants/{merchant.pk}/shops/new/", {
            "name": "府东店", "region": self.county.pk, "address": "府东街 31 号", "hours": "全天",
        })  # fmt: skip

    def offer_two_bowls(self) -> Offer:
        """The shop writes an offer; nobody sees it before the office has looked at it."""
        shop, today = Shop.objects.get(), self.today
        self.shop_desk.post(f"/rewards/desk/merchants/{shop.merchant_id}/offers/new/", {
            "kind": "life", "title": "牛肉面一碗", "hand_over": "牛肉面一碗", "points": "40",
            "stars": "0", "stock": "2", "per_person": "1", "limit_period": "month",
            "offered_from": today, "offered_until": today + timedelta(days=30), "use_days": "10",
            "use_until": today + timedelta(days=40), "settlement": "8", "returns_points": "on",
            "shops": [shop.pk],
        })  # fmt: skip
        offer = Offer.objects.get()
        self.shop_desk.post(f"/rewards/desk/offers/{offer.pk}/submit/")
        assert "牛肉面一碗" not in markup(Client().get("/rewards/"))
        self.office.post(f"/rewards/desk/offers/{offer.pk}/approve/")
        assert 'href="/rewards/"' in markup(Client().get("/"))
        assert "还剩 2 份" in markup(Client().get("/rewards/"))
        return offer

    def use(self, voucher: Voucher) -> None:
        """The clerk types the number, sees a masked name, presses once; the volunteer is told."""
        number = codes.typed_number(voucher.pk, voucher.serial, at=now())
        shop = Shop.objects.get().pk
        found = self.counter.post("/rewards/desk/scan/", {"shop": shop, "code": number})
        assert "王*" in markup(found)
        sent = {"shop": shop, "pass": found.context["pass"]}
        done = self.counter.post("/rewards/desk/scan/redeem/", sent, follow=True)
        assert "今天核销 1 次" in markup(done)
        catch_up(at=now())
        assert "兑换券已使用" in markup(as_(user_of(voucher.volunteer)).get("/messages/"))

    def settle(self) -> None:
        """The month is over: the sheet is confirmed by two people."""
        earlier = now() - timedelta(days=32)
        Redemption.objects.update(at=earlier, undo_until=earlier)
        actions.draw_sheets(today=self.today, at=now())
        sheet = Sheet.objects.get()
        page = f"/rewards/desk/sheets/{sheet.pk}/"
        assert "8 元" in markup(self.shop_desk.get(page))
        self.shop_desk.post(f"{page}confirm/", {"version": sheet.version})
        sheet.refresh_from_db()
        self.office.post(f"{page}close/", {"version": sheet.version})
        assert "已结清" in markup(self.office.get(page))


def _want(offer: Offer, volunteer: Volunteer) -> None:
    me = as_(user_of(volunteer))
    page = me.get(f"/rewards/offers/{offer.pk}/")
    sent = {"handle": str(page.context["handle"]), "version": page.context["version"].pk}
    me.post(f"/rewards/offers/{offer.pk}/take/", sent)


def test_a_shop_joins_gives_and_is_settled() -> None:
    story = Story()
    story.join()
    offer = story.offer_two_bowls()
    people = [make_volunteer(name) for name in ("王芳", "李强", "赵敏")]
    for volunteer in people:
        give_points(volunteer, 50, at=now())
        _want(offer, volunteer)
    assert [points.balance(one.pk) for one in people] == [10, 10, 50]  # two bowls, three guests
    assert "已兑完" in markup(Client().get("/rewards/"))
    story.use(Voucher.objects.select_related("volunteer__user").get(volunteer=people[0]))
    story.settle()
    assert "已回馈 1 次" in markup(Client().get("/rewards/merchants/"))
    assert queries.faults() == []
