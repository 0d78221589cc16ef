"""What waits for a second person of the fund lies on their desk, never on one's own."""

from __future__ import annotations

import pytest
from django.utils.timezone import now

from voluncity.city.access.permissions import Role
from voluncity.city.people.models import User
from voluncity.doors.portal.queries import desk
from voluncity.fund.governance.models import Fund
from voluncity.testing import make_donations as gifts
from voluncity.testing import make_payouts as make
from voluncity.testing.make_fund import make_posting
from voluncity.testing.make_orgs import give
from voluncity.testing.make_people import make_user

pytestmark = pytest.mark.django_db


def staff(fund: Fund, name: str, role: Role = Role.FUND_FINANCE) -> User:
    user = make_user(name)
    give(user, role, fund.region)
    return user


def labels(user: User) -> set[str]:
    return {one.label for one in desk.waiting_for(user, at=now())}


def test_a_request_waits_for_the_other_accountant() -> None:
    funding = make.make_ready(at=now())
    one, other = staff(funding.fund, "财务一"), staff(funding.fund, "财务二")
    make.ask(funding, by=one, at=now())
    make.enter(funding, by=one, number="9988776655443322", at=now())
    assert labels(one) == set()
    assert labels(other) == {"拨付待复核", "收款账户待核对"}


def test_ones_own_postings_are_no_pile() -> None:
    funding = make.make_ready(at=now())
    one, other = staff(funding.fund, "财务"), staff(funding.fund, "基金办", Role.FUND_OFFICE)
    make_posting(funding.fund, by=other, at=now())
    assert ("基金收支待复核" in labels(one), "基金收支待复核" in labels(other)) == (True, False)


def test_gifts_refunds_and_appeals_wait_for_finance() -> None:
    appeal = gifts.make_appeal(at=now())
    gifts.make_gift(appeal, at=now())
    booked = gifts.make_booked(appeal, "300", at=now())
    gifts.make_refund(booked, at=now())
    finance = staff(appeal.fund, "财务")
    assert {"捐赠待复核", "退还捐赠待审批"} <= labels(finance)
