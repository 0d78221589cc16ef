"""Whatever is said about a payment, and however often: money is booked once, or held."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError

from voluncity.city.journal.models import Entry
from voluncity.fund.books import queries as books
from voluncity.fund.donations import actions, fakes, gateway, queries
from voluncity.fund.donations.actions import paying
from voluncity.fund.donations.models import Appeal, Gift, Notice, Order
from voluncity.fund.donations.payment import Payment
from voluncity.fund.donations.states import Channel, GiftState, NoticeKind, OrderState
from voluncity.kernel.refusals import BadInput, Refusal, WrongState
from voluncity.testing.at_once import at_once
from voluncity.testing.make_donations import make_order, pay
from voluncity.testing.make_people import NOON, make_user

pytestmark = pytest.mark.django_db
K = NoticeKind
Told = tuple[dict[str, str], bytes]


def hear(told: Told, *, at: Any = NOON) -> NoticeKind:
    return actions.take_notice(headers=told[0], body=told[1], at=at)


def state(order: Order) -> tuple[int, int, str]:
    """Return what lies in the purse, how many gifts there are, and how the order stands."""
    order.refresh_from_db()
    return books.available(order.appeal.fund, None), Gift.objects.count(), order.state


def test_a_payment_is_booked_once_however_often_it_is_told(order: Order) -> None:
    told = pay(order)
    assert [hear(told) for _ in range(3)] == [K.DONE, K.AGAIN, K.AGAIN]
    assert hear(fakes.server().notice(order.trade_no, at=NOON)) == K.AGAIN
    assert state(order) == (10_000, 1, OrderState.PAID)
    gift = Gift.objects.get()
    assert (gift.state, gift.channel, gift.user) == (GiftState.BOOKED, Channel.WECHAT, order.user)
    assert queries.faults() == []
    said = Entry.objects.filter(verb="donations.notice").values_list("data__kind", flat=True)
    assert Counter(said) == {K.DONE: 1, K.AGAIN: 2}


def test_a_forged_message_changes_nothing_and_is_journaled(order: Order) -> None:
    headers, body = pay(order)
    forged = [
        (headers, body.replace(b"SUCCESS", b"CLOSED!")),
        (headers | {"Wechatpay-Signature": "AAAA"}, body),
        (headers | {"Wechatpay-Signature": "WECHATPAY/SIGNTEST/AAAA"}, body),
        (headers | {"Wechatpay-Serial": "5157F09EFDC096DE15EBE81A47057A72"}, body),
        (headers | {"Wechatpay-Timestamp": "١٢٣"}, body),
        ({}, b""), ({}, b"\x00\xff"),
    ]  # fmt: skip
    assert {hear(one) for one in forged} == {K.FORGED}
    assert state(order) == (0, 0, OrderState.WAITING)
    assert Entry.objects.filter(verb="donations.notice", data__kind=K.FORGED).count() >= 4


def test_what_was_not_kept_is_not_acknowledged(
    order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_given: object, **_named: object) -> None:
        raise IntegrityError("a fault of ours")

    told = pay(order)
    monkeypatch.setattr(paying, "put_into_books", fails)
    with pytest.raises(IntegrityError):
        hear(told)
    monkeypatch.undo()
    assert state(order) == (0, 0, OrderState.WAITING)
    assert hear(told) == K.DONE


def test_a_flood_of_forged_messages_fills_no_table() -> None:
    for number in range(paying.FORGED_ROWS + 20):
        hear(({}, str(number).encode()))
    rows = Notice.objects.filter(kind=K.FORGED)
    assert (rows.count(), sum(rows.values_list("times", flat=True))) == (60, 80)


def test_a_message_that_is_played_again_later_is_too_old(order: Order) -> None:
    told = pay(order)
    assert hear(told, at=NOON + timedelta(minutes=6)) == K.EXPIRED
    assert hear(told, at=NOON - timedelta(minutes=6)) == K.EXPIRED
    assert state(order) == (0, 0, OrderState.WAITING)
    later = NOON + timedelta(minutes=6)
    assert hear(fakes.server().notice(order.trade_no, at=later), at=later) == K.DONE


def test_another_amount_is_held_until_somebody_looks(order: Order) -> None:
    assert hear(pay(order, amount=9_900)) == K.HELD
    gift = Gift.objects.get()
    assert (gift.state, gift.amount_fen, state(order)) == (
        GiftState.HELD, 9_900, (0, 1, OrderState.PAID),
    )  # fmt: skip
    assert "订单是 100 元" in gift.words
    with pytest.raises(WrongState, match="已经收到"):
        actions.refuse_gift(gift=gift, words="不要", by=make_user(), at=NOON)
    actions.book_gift(gift=gift, by=make_user(), at=NOON)
    assert (state(order)[0], queries.faults()) == (9_900, [])


def test_money_of_another_merchant_is_not_ours(order: Order) -> None:
    fakes.server().pay(order.trade_no, at=NOON)
    for changed in ({"mchid": "1900000009"}, {"appid": "wx9"}):
        assert hear(fakes.server().notice(order.trade_no, at=NOON, **changed)) == K.HELD
    assert state(order) == (0, 0, OrderState.WAITING)


def test_an_unknown_order_and_an_unpaid_one_change_nothing(order: Order) -> None:
    fake = fakes.server()
    assert hear(fake.notice(order.trade_no, at=NOON)) == K.IGNORED
    assert hear(fake.notice(order.trade_no, at=NOON, out_trade_no="VCnobody")) == K.UNKNOWN
    assert hear(fake.notice(order.trade_no, at=NOON, amount="viel")) == K.FORGED
    assert state(order) == (0, 0, OrderState.WAITING)


def test_a_payment_that_is_told_after_the_order_was_closed_is_booked(order: Order) -> None:
    Order.objects.filter(pk=order.pk).update(state=OrderState.CLOSED)
    assert hear(pay(order)) == K.DONE
    assert state(order) == (10_000, 1, OrderState.PAID)


def test_when_nobody_tells_we_ask(order: Order) -> None:
    fakes.server().pay(order.trade_no, at=NOON)
    later = NOON + timedelta(minutes=2)
    assert actions.ask_about_orders(at=later) == 1
    assert state(order) == (10_000, 1, OrderState.PAID)
    assert hear(fakes.server().notice(order.trade_no, at=later), at=later) == K.AGAIN
    assert actions.ask_about_orders(at=later + timedelta(hours=1)) == 0


def test_an_order_that_nobody_paid_is_closed_there_and_here(order: Order) -> None:
    actions.ask_about_orders(at=NOON + timedelta(minutes=31))
    assert (state(order)[2], fakes.server().trade(order.trade_no)["state"]) == ("closed", "CLOSED")


def test_the_same_press_is_the_same_order(paid_here: Appeal) -> None:
    me = make_user()
    first = make_order(paid_here, me, handle="once")
    assert make_order(paid_here, me, handle="once") == first
    with pytest.raises(BadInput, match="页面已经过期"):
        make_order(paid_here, me, "50", handle="once")


def test_without_an_openid_a_code_is_scanned(paid_here: Appeal) -> None:
    order = make_order(paid_here, make_user(), openid="")
    assert (order.prepay_id, order.code_url[:9]) == ("", "weixin://")


def test_an_appeal_of_a_platform_is_not_paid_here(appeal: Appeal) -> None:
    with pytest.raises(Refusal) as refusal:
        make_order(appeal, make_user())
    assert refusal.value.code == "donations.not_here"


def test_the_sheet_on_the_phone_is_signed_by_the_merchant(order: Order) -> None:
    sheet = gateway.gateway().sheet(prepay_id=order.prepay_id, at=NOON)
    assert sheet["package"] == f"prepay_id={order.prepay_id}"
    assert (sheet["signType"], len(sheet["paySign"]) > 300) == ("RSA", True)


# -- Many at once --------------------------------------------------------------------------------


def _twice(order: Order, told: Told) -> Counter[str]:
    def act(_number: int) -> None:
        hear(told)

    at_once(act, 6)
    return Counter(Notice.objects.filter(order=order).values_list("kind", flat=True))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_six_who_hear_at_once_book_once(paid_here: Appeal) -> None:
    order = make_order(paid_here, make_user())
    kinds = _twice(order, pay(order))
    assert (kinds[K.DONE], state(order)) == (1, (10_000, 1, OrderState.PAID))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_version_that_reads_and_then_writes_is_found_out(
    paid_here: Appeal, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = make_order(paid_here, make_user())
    start = threading.Barrier(2)

    def booked(order: Order, told: Payment, *, at: Any) -> NoticeKind:
        start.wait(timeout=20)  # both have read that it is not paid
        gift = paying._gift_of(order, told, at=at)
        gift.receipt_no = ""
        gift.save(force_insert=True)
        Order.objects.filter(pk=order.pk).update(state=OrderState.PAID, gift=gift)
        return K.DONE if paying._is_in_books(gift, at=at) else K.HELD

    monkeypatch.setattr(paying, "_booked", booked)
    told = pay(order)
    at_once(lambda _number: hear(told), 2)
    assert Gift.objects.count() == 2
