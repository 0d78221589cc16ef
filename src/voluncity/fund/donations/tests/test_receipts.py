"""The fiscal receipt of a gift: asked for by its giver, kept by number, voided before a refund."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from voluncity.city.access.permissions import Role
from voluncity.city.journal.models import Entry
from voluncity.city.people.models import User
from voluncity.fund.donations import actions
from voluncity.fund.donations.models import Appeal, FiscalReceipt, Gift, Refund
from voluncity.fund.donations.rules import ReceiptPlan
from voluncity.fund.governance.models import Fund
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, WrongState
from voluncity.testing.make_donations import make_appeal, make_booked, make_gift, make_refund
from voluncity.testing.make_orgs import give
from voluncity.testing.make_people import make_user
from voluncity.testing.pages import as_

pytestmark = pytest.mark.django_db
CODE, NUMBER, CHECK = "14010126", "0000123456", "a1b2c3"


@pytest.fixture
def today(fund: Fund) -> Appeal:
    return make_appeal(fund, at=now())


@pytest.fixture
def finance(fund: Fund) -> Client:
    user, client = make_user("财务"), Client()
    give(user, Role.FUND_FINANCE, fund.region)
    client.force_login(user)
    return client


def plan(**said: Any) -> ReceiptPlan:
    usual: dict[str, Any] = {
        "code": CODE, "number": NUMBER, "check_code": CHECK, "issued_on": local_date(now()),
    }  # fmt: skip
    return ReceiptPlan(**(usual | said))


def issue(gift: Gift, **said: Any) -> FiscalReceipt:
    return actions.issue_receipt(gift=gift, plan=plan(**said), by=make_user("财务"), at=now())


def _owned(appeal: Appeal, user: User, **said: Any) -> Gift:
    gift = make_booked(appeal, "200", at=now(), **said)
    Gift.objects.filter(pk=gift.pk).update(user=user)
    return gift


def test_a_giver_asks_the_accountant_writes_and_the_giver_reads_the_number(
    today: Appeal, finance: Client
) -> None:
    wang, mine = make_user("王芳"), Client()
    mine.force_login(wang)
    gift = _owned(today, wang)
    page, desk = reverse("donations:mine"), reverse("donations:desk_gifts")
    assert "申请捐赠票据" in mine.get(page).content.decode()
    for _ in range(2):  # pressed twice it is asked for once
        mine.post(reverse("donations:want_receipt", args=[gift.pk]))
    assert Entry.objects.filter(verb="donations.want_receipt").count() == 1
    assert "已申请捐赠票据" in mine.get(page).content.decode()
    waiting = finance.get(f"{desk}?state=receipt")
    assert ("待开票据 1" in waiting.content.decode(), gift.number in waiting.content.decode()) == (
        True, True,
    )  # fmt: skip
    step = reverse("donations:desk_gift_step", args=[gift.pk, "receipt"])
    said = {"code": CODE, "number": "００００１２３４５６", "check_code": CHECK,
            "issued_on": str(local_date(now()))}  # fmt: skip
    assert finance.post(step, said).status_code == 302
    assert NUMBER in mine.get(page).content.decode()
    assert "待开票据 0" in finance.get(desk).content.decode()
    assert finance.post(step, said | {"number": "0000999999"}).status_code == 422
    assert FiscalReceipt.objects.get().amount_fen == 20_000


@pytest.mark.parametrize(("field", "value"), [
    ("code", ""), ("code", "1234567"), ("code", "1" * 13), ("code", "1401012x"),
    ("number", "٠٠٠٠١٢٣٤"), ("number", "-0000123"), ("number", "0000 1234"),
    ("check_code", ""), ("check_code", "<b>1"), ("check_code", "abc"),
    ("issued_on", ""), ("issued_on", "2000-01-01"), ("issued_on", "2099-01-01"),
])  # fmt: skip
def test_bad_input_is_a_sentence_at_its_field(
    today: Appeal, finance: Client, field: str, value: str
) -> None:
    gift = make_booked(today, at=now())
    said = {"code": CODE, "number": NUMBER, "check_code": CHECK,
            "issued_on": str(local_date(now()))}  # fmt: skip
    step = reverse("donations:desk_gift_step", args=[gift.pk, "receipt"])
    answer = finance.post(step, said | {field: value})
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.content.decode() or "error" in answer.content.decode()
    assert not FiscalReceipt.objects.exists()


def test_a_number_stands_for_one_gift_for_ever(today: Appeal) -> None:
    first, second = make_booked(today, at=now()), make_booked(today, at=now())
    issue(first)
    with pytest.raises(BadInput, match="另一笔捐赠") as refused:
        issue(second)
    assert refused.value.field == "number"
    actions.void_receipt(gift=first, words="写错了", by=make_user(), at=now())
    with pytest.raises(BadInput):
        issue(first)  # a voided number comes never again
    assert issue(first, number="0000123457").gift_id == first.pk


def test_what_is_not_in_the_books_gets_no_receipt(today: Appeal) -> None:
    with pytest.raises(WrongState, match="没有入账"):
        issue(make_gift(today, at=now()))
    asked = make_booked(today, at=now())
    make_refund(asked, "50", at=now())
    with pytest.raises(WrongState, match="退还正在审批"):
        issue(asked)
    with pytest.raises(WrongState, match="没有有效的票据"):
        actions.void_receipt(gift=asked, words="写错了", by=make_user(), at=now())


def test_money_goes_back_when_the_receipt_was_voided(today: Appeal) -> None:
    gift = make_booked(today, "200", at=now())
    issue(gift)
    refund = make_refund(gift, "50", at=now())
    with pytest.raises(WrongState, match="先收回票据"):
        actions.approve_refund(refund=refund, by=make_user("审批人"), at=now())
    assert Refund.objects.get().state == "asked"
    actions.void_receipt(gift=gift, words="退还一部分", by=make_user(), at=now())
    actions.approve_refund(refund=refund, by=make_user("审批人"), at=now())
    gift.refresh_from_db()
    assert issue(gift, number="0000123457").amount_fen == 15_000


def test_somebody_elses_and_anonymous_gifts_are_not_asked_for(today: Appeal) -> None:
    wang, li = make_user("王芳"), Client()
    li.force_login(make_user("李强"))
    theirs = _owned(today, wang)
    hidden = _owned(today, wang, is_anonymous=True, donor="")
    mine = as_(wang)
    for client, gift in ((li, theirs), (mine, hidden)):
        page = reverse("donations:want_receipt", args=[gift.pk])
        assert client.post(page).status_code == 404
    assert not Gift.objects.filter(wants_receipt=True).exists()


def test_the_office_that_writes_gifts_down_does_not_write_receipts(
    today: Appeal, fund: Fund
) -> None:
    office = Client()
    user = make_user("登记")
    give(user, Role.FUND_SUPERVISOR, fund.region)
    office.force_login(user)
    gift = make_booked(today, at=now())
    step = reverse("donations:desk_gift_step", args=[gift.pk, "receipt"])
    assert office.post(step, {"code": CODE}).status_code == 403


def test_two_receipts_never_stand_whatever_the_code_does(today: Appeal) -> None:
    gift = make_booked(today, at=now())
    made = issue(gift)
    with pytest.raises(IntegrityError), transaction.atomic():
        FiscalReceipt.objects.create(
            gift=gift, code=CODE, number="0000999999", check_code=CHECK, amount_fen=1,
            issued_on=local_date(now()) - timedelta(days=1), at=now(), by=made.by,
        )  # fmt: skip
