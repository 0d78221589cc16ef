"""Money goes back by two people, leaves the purse first, and bills find every difference."""

from __future__ import annotations

from datetime import timedelta

import pytest

from voluncity.fund.books import queries as books
from voluncity.fund.donations import actions, fakes, queries
from voluncity.fund.donations.actions import refunds
from voluncity.fund.donations.models import Appeal, Bill, Gift, Order, Refund
from voluncity.fund.donations.queries.finding import bricks
from voluncity.fund.donations.states import Channel, RefundState
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotAllowed, Refusal, WrongState
from voluncity.testing.make_donations import (
    look_at,
    make_booked,
    make_order,
    make_refund,
    pay,
)
from voluncity.testing.make_fund import award
from voluncity.testing.make_people import NOON, make_user

pytestmark = pytest.mark.django_db
R = RefundState
NEXT_DAY = NOON + timedelta(days=1)


def money(appeal: Appeal) -> int:
    return books.available(appeal.fund, None)


def _paid(appeal: Appeal, amount: str = "100") -> Gift:
    order = make_order(appeal, make_user("王芳"), amount)
    headers, body = pay(order)
    actions.take_notice(headers=headers, body=body, at=NOON)
    return Gift.objects.get(order__pk=order.pk)


def _approve(refund: Refund) -> Refund:
    return actions.approve_refund(refund=refund, by=make_user("审批人"), at=NOON)


def test_a_gift_in_cash_goes_back_by_two_people(appeal: Appeal) -> None:
    gift = make_booked(appeal, "200")
    refund = make_refund(gift, "50")
    assert money(appeal) == 20_000
    with pytest.raises(NotAllowed):
        actions.approve_refund(refund=refund, by=refund.asked_by, at=NOON)
    _approve(refund)
    assert (money(appeal), refund.state) == (15_000, R.APPROVED)
    actions.confirm_refund(refund=refund, paid_no="BANK-BACK-1", by=make_user(), at=NOON)
    assert (refund.state, queries.progress_of(appeal).raised_fen) == (R.DONE, 15_000)
    assert queries.faults() == []


def test_never_more_goes_back_than_was_given(appeal: Appeal) -> None:
    gift = make_booked(appeal, "200")
    make_refund(gift, "150")
    with pytest.raises(BadInput, match="不能超过"):
        make_refund(gift, "50.01")
    refused = make_refund(gift, "50")
    actions.refuse_refund(refund=refused, words="不符合规定", by=make_user(), at=NOON)
    make_refund(gift, "50")
    assert queries.faults() == []


def test_money_that_was_promised_to_a_project_does_not_go_back(appeal: Appeal) -> None:
    gift = make_booked(appeal, "200")
    award(appeal.fund, 20_000)
    refund = make_refund(gift)
    with pytest.raises(Refusal, match="可用资金不足"):
        _approve(refund)
    refund.refresh_from_db()
    assert refund.state == R.ASKED


def test_a_gift_of_a_file_goes_back_under_the_name_of_its_file(appeal: Appeal) -> None:
    batch = look_at(appeal, ("PT2026000001", "88", "2026-03-05", "王芳", "", ""))
    actions.take_batch(batch=batch, by=batch.by, at=NOON)
    actions.book_batch(batch=batch, by=make_user(), at=NOON)
    _approve(make_refund(Gift.objects.get(), "8"))
    assert (money(appeal), queries.faults()) == (8_000, [])
    assert len(queries.transfers_of(Gift.objects.get())) == 2


def test_the_payment_service_pays_back_and_tells_us(paid_here: Appeal) -> None:
    gift = _paid(paid_here)
    refund = actions.send_refund(refund=_approve(make_refund(gift, "30")), at=NOON)
    assert (refund.state, money(paid_here)) == (R.APPROVED, 7_000)
    with pytest.raises(WrongState, match="原路退还"):
        actions.confirm_refund(refund=refund, paid_no="BANK1", by=make_user(), at=NOON)
    fakes.server().finish_refund(refund.number, at=NOON)
    headers, body = fakes.server().refund_notice(refund.number, at=NOON)
    said = [actions.take_notice(headers=headers, body=body, at=NOON) for _ in range(2)]
    refund.refresh_from_db()
    assert ([str(one) for one in said], refund.state) == (["done", "again"], R.DONE)
    assert (money(paid_here), queries.faults()) == (7_000, [])


def test_what_could_not_be_paid_back_returns_to_the_purse(paid_here: Appeal) -> None:
    gift = _paid(paid_here)
    refund = actions.send_refund(refund=_approve(make_refund(gift, "30")), at=NOON)
    fakes.server().finish_refund(refund.number, at=NOON, state="ABNORMAL")
    actions.follow_refunds(at=NOON)
    refund.refresh_from_db()
    gift.refresh_from_db()
    assert (refund.state, money(paid_here), gift.refunded_fen) == (R.FAILED, 10_000, 0)
    assert queries.faults() == []


def _hear(number: str) -> str:
    headers, body = fakes.server().refund_notice(number, at=NOON)
    return str(actions.take_notice(headers=headers, body=body, at=NOON))


def _tell(refund: Refund) -> str:
    kind = _hear(refund.number)
    refund.refresh_from_db()
    return kind


def test_what_is_told_of_a_refund_otherwise_than_agreed_is_held(paid_here: Appeal) -> None:
    gift, fake = _paid(paid_here), fakes.server()
    refund = actions.send_refund(refund=_approve(make_refund(gift, "30")), at=NOON)
    write = "UPDATE refunds SET amount = ?, state = ? WHERE number = ?"
    fake.store.write(write, 2_999, "SUCCESS", refund.number)
    assert (_tell(refund), refund.state) == ("held", R.APPROVED)
    fake.store.write(write, 3_000, "CLOSED", refund.number)
    assert (_tell(refund), _tell(refund), refund.state) == ("done", "again", R.FAILED)
    fake.store.write(write, 3_000, "SUCCESS", refund.number)
    assert (_tell(refund), refund.state) == ("held", R.FAILED)
    assert set(gift.order.notices.filter(kind="held").values_list("times", flat=True)) == {1}
    fake.store.write("UPDATE refunds SET number = 'VCR9' WHERE number = ?", refund.number)
    assert _hear("VCR9") == "unknown"


def test_what_the_service_declines_fails_unless_it_was_taken_before(paid_here: Appeal) -> None:
    taken, declined = (_approve(make_refund(_paid(paid_here), "30")) for _ in range(2))
    actions.send_refund(refund=taken, at=NOON)
    fakes.server().store.write("UPDATE trades SET paid = 1")  # now it declines everything
    assert [actions.send_refund(refund=one, at=NOON).state for one in (taken, declined)] == [
        R.APPROVED, R.FAILED,
    ]  # fmt: skip
    assert (money(paid_here), queries.faults()) == (17_000, [])


def test_a_payment_of_last_year_does_not_go_back_this_way(paid_here: Appeal) -> None:
    with pytest.raises(WrongState, match="超过一年"):
        make_refund(_paid(paid_here), at=NOON + timedelta(days=366))


# -- The day's bill ------------------------------------------------------------------------------


def _rows(appeal: Appeal) -> set[tuple[str, str, int | None, int | None]]:
    bill = actions.reconcile(day=local_date(NOON), at=NEXT_DAY)
    own = set(Order.objects.filter(appeal=appeal).values_list("trade_no", flat=True))
    own |= {refund.number for refund in Refund.objects.all()}
    return {
        (one.kind, one.trade_no, one.bill_fen, one.own_fen)
        for one in bill.differences.all()
        if one.trade_no in own
    }


def test_a_bill_finds_what_is_missing_extra_and_different(paid_here: Appeal) -> None:
    right, lost, gone, other = (_paid(paid_here) for _ in range(4))
    assert _rows(paid_here) == set()
    unheard = make_order(paid_here, make_user())
    fakes.server().pay(unheard.trade_no, at=NOON)
    numbers = {gift.pk: gift.order.trade_no for gift in (right, lost, gone, other)}
    store = fakes.server().store
    store.write("UPDATE trades SET day = '' WHERE trade_no = ?", numbers[gone.pk])
    store.write("UPDATE trades SET paid = 9900 WHERE trade_no = ?", numbers[other.pk])
    assert _rows(paid_here) == {
        ("extra", unheard.trade_no, 10_000, None),
        ("missing", numbers[gone.pk], None, 10_000),
        ("different", numbers[other.pk], 9_900, 10_000),
    }


def test_a_day_is_laid_out_when_its_bill_is_whole(paid_here: Appeal) -> None:
    day = local_date(NOON)
    for early in (NOON, NEXT_DAY - timedelta(hours=2, seconds=1)):
        with pytest.raises(BadInput, match="第二天上午"):
            actions.reconcile(day=day, at=early)
    actions.reconcile(day=day, at=NEXT_DAY - timedelta(hours=2))
    assert Bill.objects.filter(day=day).exists()


def test_days_on_which_nobody_asked_for_the_bill_are_made_up_for(paid_here: Appeal) -> None:
    day = local_date(NOON)
    assert queries.days_without_bill(day) == []  # nobody has paid here yet
    make_order(paid_here, make_user())
    days = [day + timedelta(days=n) for n in range(9)]
    assert queries.days_without_bill(days[-1]) == days[:7]
    for one in days[:7]:
        actions.reconcile(day=one, at=NEXT_DAY + timedelta(days=9))
    assert queries.days_without_bill(days[-1]) == days[7:]
    assert queries.days_without_bill(day + timedelta(days=200))[0] == day + timedelta(days=110)


def test_refunds_that_the_service_cannot_end_hold_no_other_up(
    paid_here: Appeal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refunds, "AT_ONCE", 3)
    stuck = [_approve(make_refund(_paid(paid_here), "30")) for _ in range(3)]
    last = _approve(make_refund(_paid(paid_here), "30"))
    for refund in stuck:
        actions.send_refund(refund=refund, at=NOON)
    for minutes in range(2):
        actions.follow_refunds(at=NOON + timedelta(minutes=minutes))
    assert fakes.server().store.one("SELECT 1 FROM refunds WHERE number = ?", last.number)


def test_the_wall_leaves_out_what_went_back_and_shows_what_stays(paid_here: Appeal) -> None:
    whole, part, asked = (_paid(paid_here) for _ in range(3))
    for gift, yuan in ((whole, "100"), (part, "30")):
        refund = actions.send_refund(refund=_approve(make_refund(gift, yuan)), at=NOON)
        fakes.server().finish_refund(refund.number, at=NOON)
    make_refund(asked, "100")
    shown = bricks(list(queries.wall(paid_here)))
    assert sorted(one.amount for one in shown) == ["100 元", "70 元"]
    assert queries.progress_of(paid_here).raised_fen == 17_000


def test_what_was_cleared_up_stays_cleared_up(paid_here: Appeal) -> None:
    order = make_order(paid_here, make_user())
    fakes.server().pay(order.trade_no, at=NOON)
    bill = actions.reconcile(day=local_date(NOON), at=NEXT_DAY)
    difference = bill.differences.get(trade_no=order.trade_no)
    with pytest.raises(BadInput):
        actions.settle_difference(difference=difference, words=" ", by=make_user(), at=NOON)
    actions.settle_difference(difference=difference, words="已补登", by=make_user(), at=NOON)
    again = actions.reconcile(day=local_date(NOON), at=NEXT_DAY)
    kept = again.differences.get(trade_no=order.trade_no)
    assert (again.pk, kept.words) == (bill.pk, "已补登")
    assert not again.differences.open().filter(trade_no=order.trade_no).exists()


def test_gifts_of_other_channels_stand_on_no_bill(paid_here: Appeal) -> None:
    make_booked(paid_here, channel=Channel.CASH)
    assert _rows(paid_here) == set()
