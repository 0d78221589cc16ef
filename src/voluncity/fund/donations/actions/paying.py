"""Pay on our own page: an order, and what the payment service says about it.

The money goes to the foundation's own merchant account; we only hear of it. What is heard may
come twice, late, out of order or from a forger: what was booked once is never booked again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from secrets import token_hex

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from voluncity.city.access import personal
from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.fund.donations import gateway, rules
from voluncity.fund.donations.actions import refunds
from voluncity.fund.donations.actions.gifts import bound_to, put_into_books
from voluncity.fund.donations.models import Appeal, Gift, MonthlyPlan, Notice, Order
from voluncity.fund.donations.payment import Expired, Forged, GatewayError, PaidBack, Payment
from voluncity.fund.donations.rules import OrderPlan
from voluncity.fund.donations.states import (
    Channel,
    GiftState,
    Mode,
    NoticeKind,
    OrderState,
)
from voluncity.kernel.clock import local_date
from voluncity.kernel.money import yuan_text
from voluncity.kernel.refusals import BadInput, Refusal, TooMany, WrongState

S, K = OrderState, NoticeKind
ORDER_LASTS = timedelta(minutes=30)
ASK_AFTER, ASK_AGAIN = timedelta(minutes=1), timedelta(minutes=5)
ASKED_AT_ONCE = 100
WAITING_MOST = 20  # orders of one person that nobody has paid yet
FORGED_ROWS = 60  # an hour; more are only counted


# -- An order ------------------------------------------------------------------------------------


def start_order(
    *,
    appeal: Appeal,
    plan: OrderPlan,
    handle: str,
    openid: str,
    monthly: MonthlyPlan | None,
    by: User,
    at: datetime,
) -> Order:
    """Announce a payment to the payment service; the same press again returns the first order.

    With an openid it is paid on the phone in WeChat, without one by a code that WeChat scans.

    :raises BadInput: at the field that is wrong.
    :raises Refusal: when this appeal is not paid here, or the payment service does not answer.
    """
    order = _ordered(appeal, plan, handle=handle, monthly=monthly, by=by, at=at)
    if order.prepay_id or order.code_url or order.state != S.WAITING:
        return order
    try:
        asked = gateway.gateway().ask(
            trade_no=order.trade_no, amount_fen=order.amount_fen,
            words=f"捐赠：{appeal.title}", until=order.expires_at, openid=openid,
        )  # fmt: skip
    except GatewayError as error:
        raise Refusal(
            "支付服务暂时没有应答，没有扣款。请稍后再试。", code="donations.no_gateway"
        ) from error
    order.prepay_id, order.code_url = asked.prepay_id, asked.code_url
    order.save(update_fields=["prepay_id", "code_url"])
    return order


@transaction.atomic
def _ordered(
    appeal: Appeal,
    plan: OrderPlan,
    *,
    handle: str,
    monthly: MonthlyPlan | None,
    by: User,
    at: datetime,
) -> Order:
    merchant = gateway.merchant_no()
    if appeal.mode != Mode.OWN or not merchant or appeal.merchant_no != merchant:
        raise WrongState("这个募捐不在本站收款，请到指定平台捐赠。", code="donations.not_here")
    if not rules.accepts(appeal, today=local_date(at)):
        raise WrongState("这个募捐现在不接受捐赠，看看别的募捐吧。", code="donations.not_open")
    waiting = Order.objects.filter(user=by, state=S.WAITING, expires_at__gt=at)
    if waiting.count() >= WAITING_MOST:
        raise TooMany("您有很多订单还没有支付，请先支付，或者半小时后再试。")
    plan, trade_no = plan.checked(), f"VC{token_hex(14)}"
    if not handle:
        raise BadInput("页面已经过期，请刷新后重新填写。")
    order = Order(
        appeal=appeal, user=by, plan=monthly, trade_no=trade_no, handle=handle[:64],
        merchant_no=merchant, amount_fen=plan.amount_fen, is_anonymous=plan.is_anonymous,
        shows_name=plan.shows_name, message=plan.message, made_at=at,
        donor_cipher=personal.seal(plan.donor, bound_to=_order_bound(trade_no)),
        expires_at=at + ORDER_LASTS,
    )  # fmt: skip
    try:
        with transaction.atomic():
            order.save(force_insert=True)
    except IntegrityError as error:
        first = Order.objects.filter(handle=order.handle, user=by, appeal=appeal).first()
        if first is None or first.amount_fen != order.amount_fen:
            raise BadInput("页面已经过期，请刷新后重新填写。") from error
        return first
    record("donations.order", order, by=by, at=at, appeal=appeal.pk, fen=order.amount_fen)
    return order


def _order_bound(trade_no: str) -> str:
    return f"order:{trade_no}"


def donor_of(order: Order) -> str:
    """Return the name that stands on an order."""
    return personal.unseal(order.donor_cipher, bound_to=_order_bound(order.trade_no))


# -- What the payment service says ---------------------------------------------------------------


def take_notice(*, headers: Mapping[str, str], body: bytes, at: datetime) -> NoticeKind:
    """Act on a notification once; whatever it is, it is written down.

    Only what is committed is acknowledged: a server that dies before is told again.
    """
    digest = hashlib.sha256(body).hexdigest()
    try:
        told = gateway.gateway().read(headers=headers, body=body, at=at)
    except Forged:
        return _noted(digest, K.FORGED, None, at=at)
    except Expired:
        return _noted(digest, K.EXPIRED, None, at=at)
    if isinstance(told, Payment):
        return _settled(told, digest=digest, at=at)
    if isinstance(told, PaidBack):
        return _refund_heard(told, digest=digest, at=at)
    return _noted(digest, K.IGNORED, None, at=at)


@transaction.atomic
def _settled(told: Payment, *, digest: str, at: datetime) -> NoticeKind:
    kind, order = _believed(told, at=at)
    return _noted(digest, kind, order, at=at)


@transaction.atomic
def _refund_heard(told: PaidBack, *, digest: str, at: datetime) -> NoticeKind:
    if told.mchid and told.mchid != gateway.merchant_no():
        return _noted(digest, K.HELD, None, at=at)
    kind, refund = refunds.hear(told, at=at)
    order = Order.objects.filter(gift=refund.gift_id).first() if refund else None
    return _noted(digest, kind, order, at=at)


def _believed(told: Payment, *, at: datetime) -> tuple[NoticeKind, Order | None]:
    """Put one payment where it belongs; a second time changes nothing."""
    rows = Order.objects.select_related("appeal__fund", "appeal__purpose", "gift")
    order: Order | None = rows.filter(trade_no=told.trade_no).first()
    if order is None:
        return K.UNKNOWN, None
    service = gateway.gateway()
    if (told.mchid, told.appid) != (order.merchant_no, service.appid):
        return K.HELD, order  # not our money: nothing to book
    if not told.is_paid or not told.paid_no or told.amount_fen <= 0:
        return K.IGNORED, order
    if order.state == S.PAID:
        return _once_more(order, told), order
    try:
        with transaction.atomic():
            return _booked(order, told, at=at), order
    except IntegrityError:
        order.refresh_from_db()
        if order.state != S.PAID:
            raise  # a fault of ours: nothing was kept, so nothing is acknowledged
        return _once_more(order, told), order  # somebody else was told at the same moment


def _once_more(order: Order, told: Payment) -> NoticeKind:
    is_same = order.gift is not None and order.gift.receipt_no == told.paid_no
    return K.AGAIN if is_same else K.HELD


def _booked(order: Order, told: Payment, *, at: datetime) -> NoticeKind:
    gift = _gift_of(order, told, at=at)
    is_as_agreed = (told.amount_fen, told.currency) == (order.amount_fen, "CNY")
    if not is_as_agreed:
        gift.words = (
            f"实付 {yuan_text(told.amount_fen)}（{told.currency}），订单是 {order.amount_text}"
        )
    gift.save(force_insert=True)  # first: the unique number of the payment decides
    taken = Order.objects.filter(pk=order.pk, state__in=[S.WAITING, S.CLOSED])
    if not taken.update(state=S.PAID, gift=gift):
        raise IntegrityError("the order was paid meanwhile")
    if is_as_agreed and _is_in_books(gift, at=at):
        return K.DONE
    Gift.objects.filter(pk=gift.pk).update(state=GiftState.HELD, words=gift.words)
    record("donations.hold", gift, by=None, at=at, appeal=gift.appeal_id, fen=gift.amount_fen)
    return K.HELD


def _gift_of(order: Order, told: Payment, *, at: datetime) -> Gift:
    appeal, key = order.appeal, token_hex(16)
    return Gift(
        appeal=appeal, purpose=appeal.purpose, key=key, channel=Channel.WECHAT,
        receipt_no=told.paid_no, amount_fen=told.amount_fen, given_at=told.at or at,
        donor_cipher=personal.seal(donor_of(order), bound_to=bound_to(key)), user=order.user,
        is_anonymous=order.is_anonymous, shows_name=order.shows_name, message=order.message,
        recorded_at=at,
    )  # fmt: skip


def _is_in_books(gift: Gift, *, at: datetime) -> bool:
    """Book a payment; what the books do not take is held, for the money has come."""
    try:
        with transaction.atomic():
            Gift.objects.filter(pk=gift.pk).update(state=GiftState.BOOKED, decided_at=at)
            put_into_books(gift, by=None, at=at)
    except Refusal as refusal:
        gift.words = refusal.sentence[:200]
        return False
    return True


def _noted(digest: str, kind: NoticeKind, order: Order | None, *, at: datetime) -> NoticeKind:
    """Write a message down; the same again is counted, a flood of forged ones fills no table."""
    known = Notice.objects.filter(digest=digest, kind=kind)
    if known.update(times=F("times") + 1):
        return kind
    if kind == K.FORGED:
        lately = Notice.objects.filter(kind=kind, at__gt=at - timedelta(hours=1))
        if lately.count() >= FORGED_ROWS:
            newest = lately.order_by("-pk").values("pk")[:1]
            Notice.objects.filter(pk__in=list(newest.values_list("pk", flat=True))).update(
                times=F("times") + 1
            )
            return kind
    try:
        with transaction.atomic():
            row = Notice.objects.create(digest=digest, kind=kind, order=order, at=at)
            record(
                "donations.notice", row, by=None, at=at, kind=str(kind),
                order=order.pk if order else None,
            )  # fmt: skip
    except IntegrityError:  # the same message at the same moment
        known.update(times=F("times") + 1)
    return kind


# -- Asking when nobody says anything ------------------------------------------------------------


def ask_about_orders(*, at: datetime) -> int:
    """Ask how open orders stand, and close what nobody paid; return how many were asked about."""
    due = Q(asked_at=None) | Q(asked_at__lte=at - ASK_AGAIN)
    waiting = Order.objects.filter(due, state=S.WAITING, made_at__lte=at - ASK_AFTER)
    found = list(waiting.order_by("made_at")[:ASKED_AT_ONCE])
    for order in found:
        ask_about(order, at=at)
    return len(found)


def ask_about(order: Order, *, at: datetime) -> None:
    """Ask how one order stands. Outside a transaction."""
    Order.objects.filter(pk=order.pk).update(asked_at=at)
    try:
        service = gateway.gateway()
        told = service.payment(trade_no=order.trade_no)
        if told is not None and told.is_paid:
            with transaction.atomic():
                kind, known = _believed(told, at=at)
                record("donations.ask_order", known or order, by=None, at=at, kind=str(kind))
            return
        if at >= order.expires_at:
            if told is not None and told.state == "NOTPAY":
                service.close(trade_no=order.trade_no)
            Order.objects.filter(pk=order.pk, state=S.WAITING).update(state=S.CLOSED)
    except (GatewayError, Forged):
        return  # asked again later
