"""A button pressed twice, two tabs, a refund that arrived yesterday: what is done once stays so."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from voluncity.city.access.permissions import Role
from voluncity.fund.donations import actions, fakes
from voluncity.fund.donations.models import Appeal, Disclosure, Gift, GivingEvent, Refund
from voluncity.fund.governance.models import Fund
from voluncity.kernel.clock import local_date
from voluncity.testing.make_donations import (
    make_appeal,
    make_booked,
    make_order,
    make_refund,
    own_site,
    pay,
)
from voluncity.testing.make_orgs import give
from voluncity.testing.make_people import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(fund: Fund) -> Client:
    user, client = make_user("募捐专员"), Client()
    give(user, Role.FUND_OFFICE, fund.region)
    client.force_login(user)
    return client


@pytest.fixture
def today(fund: Fund) -> Appeal:
    return make_appeal(fund, at=now())


def _ask(office: Client, gift: Gift, seen: Any) -> int:
    page = reverse("donations:desk_gift_step", args=[gift.pk, "refund"])
    said = {"amount": "8", "reason": "多捐了", "seen": seen}
    return office.post(page, said).status_code


def test_a_refund_that_is_asked_for_twice_is_asked_for_once(today: Appeal, office: Client) -> None:
    gift = make_booked(today, "100")
    page = office.get(reverse("donations:desk_gift", args=[gift.pk])).content.decode()
    assert '<input type="hidden" name="seen" value="0"' in page
    assert [_ask(office, gift, "0"), _ask(office, gift, "0")] == [302, 422]
    gift.refresh_from_db()
    assert (Refund.objects.count(), gift.refunded_fen) == (1, 800)
    assert _ask(office, gift, "800") == 302  # whoever has read of the first may ask for more


@pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 30, "٠"])
def test_a_form_that_does_not_say_what_it_saw_asks_for_nothing(
    today: Appeal, office: Client, seen: str
) -> None:
    assert _ask(office, make_booked(today, "100"), seen) == 422
    assert not Refund.objects.exists()


def test_what_is_told_twice_stands_there_once(today: Appeal, office: Client) -> None:
    page = reverse("donations:desk_tell", args=[today.pk])
    said = {"kind": "progress", "title": "第一批夜灯", "text": "<p>装好一百盏。</p>"}
    assert [office.post(page, said).status_code for _ in range(2)] == [302, 302]
    assert Disclosure.objects.count() == 1
    office.post(page, said | {"title": "第二批夜灯"})
    assert Disclosure.objects.count() == 2


def test_an_event_is_opened_once(today: Appeal, office: Client) -> None:
    page = reverse("donations:desk_event_new", args=[today.pk])
    said = {"title": "现场", "place": "广场", "on": str(local_date(now())), "slogan": ""}
    first, second = (office.post(page, said).headers["Location"] for _ in range(2))
    assert (first == second, GivingEvent.objects.count()) == (True, 1)


def test_a_refund_that_we_hear_of_a_day_later_stands_on_the_bill_of_its_day(
    fund: Fund,
) -> None:
    order = make_order(own_site(fund, at=now()), make_user("王芳"), "100", at=now())
    headers, body = pay(order, at=now())
    actions.take_notice(headers=headers, body=body, at=now())
    gift = Gift.objects.get(order__pk=order.pk)
    refund = make_refund(gift, "30", at=now())
    refund = actions.approve_refund(refund=refund, by=make_user("审批人"), at=now())
    actions.send_refund(refund=refund, at=now())
    arrived = now()
    fakes.server().finish_refund(refund.number, at=arrived)
    actions.follow_refunds(at=arrived + timedelta(days=1))
    refund.refresh_from_db()
    assert refund.ended_at == arrived.replace(microsecond=0)
    day: date = local_date(arrived)
    bill = actions.reconcile(day=day, at=arrived + timedelta(days=3))
    assert (bill.refund_fen, bill.own_refund_fen, bill.differences.count()) == (3_000, 3_000, 0)
