"""Accounts are verified by another person, changed by a new one; nobody sees the number."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from voluncity.city.journal.models import Entry as JournalEntry
from voluncity.fund.grants.models import Funding
from voluncity.fund.payouts import actions, queries, rules
from voluncity.fund.payouts.states import PayeeState
from voluncity.kernel.refusals import BadInput, NotAllowed, Refusal, WrongState
from voluncity.testing import make_payouts as make
from voluncity.testing.make_calls import make_admin
from voluncity.testing.make_fund import scanned
from voluncity.testing.make_grants import make_funding
from voluncity.testing.make_people import NOON, make_user

pytestmark = pytest.mark.django_db
S = PayeeState


def test_an_account_is_verified_by_another_person() -> None:
    clerk, funding = make_user("会计小孙"), make_funding()
    payee = make.enter(funding, by=clerk)
    assert queries.account_of(funding) is None
    with pytest.raises(NotAllowed, match="另一位"):
        actions.verify_payee(payee=payee, words="", by=clerk, at=NOON)
    actions.verify_payee(payee=payee, words="", by=make_user("复核"), at=NOON)
    assert queries.account_of(funding) == payee
    assert (payee.state, payee.usable_from) == (S.VERIFIED, NOON)


def test_nobody_of_the_organization_verifies_its_account() -> None:
    funding = make_funding()
    assert funding.organization is not None
    other = make_admin(funding.organization, "另一位管理员")
    with pytest.raises(NotAllowed, match="受资助组织"):
        actions.verify_payee(payee=make.enter(funding), words="", by=other, at=NOON)


def test_the_number_is_sealed_masked_and_its_reading_recorded(funding: Funding) -> None:
    payee = queries.account_of(funding)
    assert payee is not None
    assert make.NUMBER not in payee.number_cipher
    assert str(payee) == "晋商银行并州路支行 ****************0123"
    by = make_user("财务")
    with pytest.raises(BadInput, match="原因"):
        actions.reveal_number(payee=payee, reason="好奇", by=by, at=NOON)
    assert actions.reveal_number(payee=payee, reason="bank", by=by, at=NOON) == make.NUMBER
    entry = JournalEntry.objects.get(verb="payouts.reveal")
    assert (entry.subject_id, entry.data) == (payee.pk, {"reason": "bank"})


def test_a_changed_account_rests_and_the_old_one_is_used_no_more(funding: Funding) -> None:
    asked = make.ask(funding)
    new = make.enter(funding, number="6222 0000-1111 2222 333")
    later = NOON + timedelta(hours=1)
    actions.verify_payee(payee=new, words="", by=make_user("复核"), at=later)
    old = new.replaces
    assert old is not None
    old.refresh_from_db()
    assert (old.state, new.usable_from) == (S.REPLACED, later + timedelta(days=3))
    with pytest.raises(Refusal, match="已经更换"):
        make.approve(asked)
    actions.withdraw_payment(payment=asked, words="换账户", by=make_user("甲"), at=later)
    with pytest.raises(Refusal, match="刚更换，2026-"):
        make.ask(funding, at=later)
    assert make.ask(funding, at=later + timedelta(days=3)).payee == new


def test_a_stopped_account_gets_nothing_and_the_next_one_rests(funding: Funding) -> None:
    payee = queries.account_of(funding)
    assert payee is not None
    actions.stop_payee(payee=payee, words="疑似被冒用", by=make_user("财务"), at=NOON)
    with pytest.raises(Refusal, match="收款账户"):
        make.ask(funding)
    following = make.make_account(funding, number="9988776655443322")
    assert following.usable_from == NOON + timedelta(days=3)


def test_the_holder_is_the_recipient_or_it_is_said_why_not() -> None:
    funding = make_funding()
    name = funding.recipient
    with pytest.raises(BadInput, match="多了“") as refused:
        make.enter(funding, holder=f"{name}（基本户）")
    assert refused.value.field == "holder"
    payee = make.enter(funding, holder="某某街道办事处", why_other="队伍没有独立账户，由街道代管。")
    assert payee.is_other
    with pytest.raises(BadInput, match="怎样核实"):
        actions.verify_payee(payee=payee, words=" ", by=make_user("复核"), at=NOON)
    actions.verify_payee(payee=payee, words="已电话核实", by=make_user("复核"), at=NOON)


def test_blanks_and_wide_brackets_are_no_other_name() -> None:
    assert rules.is_same_name("太原 市（小店）队", "太原市(小店)队")
    assert rules.differences("太原市小店区志愿者协会", "太原市小店志愿者联合会") != ""


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        ("12345", "8 到 30 位"), ("1" * 31, "8 到 30 位"), ("6222abcd", "只能是数字"),
        ("=1+1", "只能是数字"), ("88888888", "同一个数字"), ("", "只能是数字"),
    ],
)  # fmt: skip
def test_a_number_that_is_none_is_refused(number: str, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        rules.account_number(number)


def test_wide_digits_and_blanks_between_them_are_read() -> None:
    assert rules.account_number("１４０５ 0110-2345") == "140501102345"


def test_a_check_digit_is_only_a_hint_and_only_for_cards() -> None:
    assert rules.luhn_warning("6222021234567890124")
    assert rules.luhn_warning("6228480402564890018") == ""
    assert rules.luhn_warning(make.NUMBER) == ""


def test_one_account_waits_at_a_time_and_the_same_mark_enters_one() -> None:
    funding, mark, by = make_funding(), make.handle(), make_user("会计")
    said: dict[str, Any] = {
        "funding": funding,
        "plan": make.payee_plan(funding),
        "by": by,
        "at": NOON,
    }
    first = actions.enter_payee(**said, proof=scanned(), handle=mark)
    assert actions.enter_payee(**said, proof=scanned(), handle=mark) == first
    with pytest.raises(Refusal, match="等待核对"):
        actions.enter_payee(**said, proof=scanned(), handle=make.handle())
    actions.withdraw_payee(payee=first, by=by, at=NOON)
    with pytest.raises(BadInput, match="开户许可证"):
        actions.enter_payee(**said, proof=None, handle=make.handle())


def test_an_account_that_is_not_as_its_paper_says_is_refused_with_a_reason() -> None:
    payee = make.enter(make_funding())
    with pytest.raises(BadInput):
        actions.refuse_payee(payee=payee, words="", by=make_user("复核"), at=NOON)
    actions.refuse_payee(payee=payee, words="照片看不清", by=make_user("复核"), at=NOON)
    with pytest.raises(WrongState):
        actions.verify_payee(payee=payee, words="", by=make_user("复核"), at=NOON)
