"""Give money back: one asks, another approves, it is paid back, and the books follow.

The money leaves the purse when the refund is approved, so that nobody spends it meanwhile; it
returns to the purse when the payment service could not pay it back.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models, transaction
from django.db.models import F

from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.fund.books import actions as books
from voluncity.fund.books.actions.writing import undo
from voluncity.fund.books.models import Entry
from voluncity.fund.donations import gateway, rules
from voluncity.fund.donations.actions.steps import refuse_own, step
from voluncity.fund.donations.models import Gift, Refund
from voluncity.fund.donations.payment import Declined, Forged, GatewayError, PaidBack
from voluncity.fund.donations.states import (
    REFUND_FLOW,
    Channel,
    GiftState,
    NoticeKind,
    RefundState,
)
from voluncity.kernel.clock import local_date
from voluncity.kernel.money import parse_yuan
from voluncity.kernel.refusals import BadInput, WrongState
from voluncity.kernel.text import number_in

R, K = RefundState, NoticeKind
AT_ONCE = 50
REFUND_DAYS = 365  # WeChat pays back within one year (recalled, RULES §4.2)
_OUTCOMES = {"SUCCESS": R.DONE, "ABNORMAL": R.FAILED, "CLOSED": R.FAILED}
_DIGITS = 10  # of the id within the number of a refund


@transaction.atomic
def ask_refund(
    *, gift: Gift, amount: str, reason: str, by: User, at: datetime, seen: int | None = None
) -> Refund:
    """Ask that all or some of a booked gift goes back.

    `seen` is how much of it (fen) was on its way back when somebody decided to ask.

    :raises BadInput: when the amount is more than is left, or there is no reason.
    :raises WrongState: when the gift is not in the books, or more was asked for meanwhile.
    """
    fen = parse_yuan(amount, field="amount", most_yuan=rules.GIFT_MOST_YUAN)
    words = rules.said(reason, "退还的原因", field="reason")
    booked = Gift.objects.filter(pk=gift.pk, state=GiftState.BOOKED)
    if not booked.exists():
        raise WrongState("这笔捐赠没有入账，不需要退还。", code="donations.not_booked")
    if gift.channel == Channel.WECHAT and at - gift.given_at > timedelta(days=REFUND_DAYS):
        raise WrongState(
            "超过一年的微信支付不能原路退还，请与捐赠人联系。", code="donations.too_late"
        )
    if seen is not None:
        booked = booked.filter(refunded_fen=seen)
        if not booked.exists():
            raise WrongState(_ASKED_MEANWHILE, code="donations.was_faster")
    # The update decides: two who ask at once never ask for more than was given.
    if not booked.filter(amount_fen__gte=F("refunded_fen") + fen).update(
        refunded_fen=F("refunded_fen") + fen
    ):
        raise BadInput("退还的金额不能超过这笔捐赠还没有退还的部分。", field="amount")
    refund = Refund.objects.create(
        gift=gift, amount_fen=fen, reason=words, asked_at=at, asked_by=by
    )
    record("donations.ask_refund", refund, by=by, at=at, gift=gift.pk, fen=fen)
    return refund


_ASKED_MEANWHILE = "这笔捐赠刚刚申请过退还，请刷新页面，看清已经申请的金额再办。"


@transaction.atomic
def approve_refund(*, refund: Refund, by: User, at: datetime) -> Refund:
    """Agree that money goes back; it leaves the purse now, `send_refund` sends it.

    :raises NotAllowed: when one asked for it oneself.
    :raises Refusal: when the purse has not so much left.
    :raises WrongState: while a fiscal receipt of the gift stands.
    """
    refuse_own(refund.asked_by_id, by, _OWN)
    gift = refund.gift
    if gift.fiscal_receipts.filter(voided_at=None).exists():
        raise WrongState(
            "这笔捐赠已经开具票据。请先收回票据，在捐赠页面登记作废，再同意退还。",
            code="donations.has_receipt",
        )
    step(refund, REFUND_FLOW, "approve", decided_at=at, decided_by=by)
    books.give_back(
        fund=gift.appeal.fund, purpose=gift.purpose, amount_fen=refund.amount_fen,
        key=f"refund:{refund.pk}", source=_source(gift),
        reason=f"退还捐赠 {gift.number}（{refund.number}）", at=at, by=by,
    )  # fmt: skip
    record("donations.approve_refund", refund, by=by, at=at, gift=gift.pk, fen=refund.amount_fen)
    return refund


_OWN = "这笔退还是您申请的，请由另一位工作人员审批。"


@transaction.atomic
def refuse_refund(*, refund: Refund, words: str, by: User, at: datetime) -> Refund:
    """Do not give it back.

    :raises NotAllowed: when one asked for it oneself.
    :raises BadInput: without a reason.
    """
    refuse_own(refund.asked_by_id, by, _OWN)
    reason = rules.said(words, "不同意的原因")
    step(refund, REFUND_FLOW, "refuse", decided_at=at, decided_by=by, words=reason, ended_at=at)
    _free(refund)
    record("donations.refuse_refund", refund, by=by, at=at, gift=refund.gift_id)
    return refund


@transaction.atomic
def confirm_refund(*, refund: Refund, paid_no: str, by: User, at: datetime) -> Refund:
    """Say that the foundation has paid back a gift that came by cash or bank.

    :raises BadInput: without the number of the payment.
    :raises WrongState: when the payment service pays it back itself.
    """
    if refund.gift.channel == Channel.WECHAT:
        raise WrongState("微信支付的捐赠原路退还，不用手工确认。", code="donations.by_gateway")
    number = rules.receipt_no(paid_no, wanted=True)
    _finish(refund, paid_no=number, by=by, at=at)
    return refund


def send_refund(*, refund: Refund, at: datetime) -> Refund:
    """Let the payment service pay it back. Outside a transaction; sending twice pays once."""
    gift = refund.gift
    if refund.state != R.APPROVED or gift.channel != Channel.WECHAT or not gateway.exists():
        return refund
    try:
        _send(refund, at=at)
    except (GatewayError, Forged):
        return refund  # the job asks again
    refund.refresh_from_db()
    return refund


def _send(refund: Refund, *, at: datetime) -> None:
    gift, service = refund.gift, gateway.gateway()
    try:
        told = service.pay_back(
            paid_no=gift.receipt_no, number=refund.number, amount_fen=refund.amount_fen,
            total_fen=gift.amount_fen, words=refund.reason,
        )  # fmt: skip
    except Declined as refusal:
        # An earlier asking may have been taken, only that we did not hear of it.
        known = service.paid_back(number=refund.number)
        if known is None:
            _fail(refund, words=f"支付机构不同意：{refusal.code}", at=at)
            return
        told = known
    hear(told, at=at)


def follow_refunds(*, at: datetime) -> int:
    """Send what was not sent, and ask how the rest stands; return how many were looked at.

    Those of which nothing was asked for longest come first, so that none waits behind others
    that the service cannot end.
    """
    waiting = Refund.objects.filter(state=R.APPROVED, gift__channel=Channel.WECHAT)
    first = waiting.order_by(F("followed_at").asc(nulls_first=True), "pk")
    found = list(first.select_related("gift")[:AT_ONCE])
    for refund in found:
        Refund.objects.filter(pk=refund.pk).update(followed_at=at)
        send_refund(refund=refund, at=at)
    return len(found)


@transaction.atomic
def hear(told: PaidBack, *, at: datetime) -> tuple[NoticeKind, Refund | None]:
    """Believe what the payment service proved about a refund; hearing it again changes nothing.

    Another amount than was approved, or another end than we know, is held for somebody to look.
    """
    found = Refund.objects.filter(gift__channel=Channel.WECHAT)
    pk = number_in(told.number.removeprefix("VCR")[:_DIGITS])
    rows = found.select_related("gift__appeal__fund", "gift__purpose")
    refund: Refund | None = rows.filter(pk=pk).first() if pk is not None else None
    if refund is None or told.number != refund.number:
        return K.UNKNOWN, None
    outcome = _OUTCOMES.get(told.state)
    if told.amount_fen != refund.amount_fen:
        return K.HELD, refund
    if outcome is None:
        return K.IGNORED, refund
    if refund.state != R.APPROVED:
        return K.AGAIN if refund.state == outcome else K.HELD, refund
    if outcome == R.DONE:
        _finish(refund, paid_no=told.paid_no, by=None, at=at, arrived_at=told.at)
    else:
        _fail(refund, words="支付机构没有退成，请联系捐赠人换一种方式。", at=at)
    return K.DONE, refund


def _finish(
    refund: Refund, *, paid_no: str, by: models.Model | None, at: datetime,
    arrived_at: datetime | None = None,
) -> None:  # fmt: skip
    """Note that it arrived; heard of a day later, it still stands on the bill of its own day."""
    step(refund, REFUND_FLOW, "finish", paid_no=paid_no, ended_at=arrived_at or at)
    record(
        "donations.finish_refund", refund, by=by, at=at, gift=refund.gift_id,
        fen=refund.amount_fen,
    )  # fmt: skip


@transaction.atomic
def _fail(refund: Refund, *, words: str, at: datetime) -> None:
    step(refund, REFUND_FLOW, "fail", words=words, ended_at=at)
    _free(refund)
    sent = Entry.objects.get(transfer__key=f"fund:refund:{refund.pk}")
    undo(entry=sent, reason=f"退还没有成功（{refund.number}）", on=local_date(at), at=at, by=None)
    record("donations.fail_refund", refund, by=None, at=at, gift=refund.gift_id)


def _source(gift: Gift) -> str:
    """Return under which name the books received it: alone, or with the file it came in."""
    return f"batch:{gift.batch_id}" if gift.batch_id else f"gift:{gift.pk}"


def _free(refund: Refund) -> None:
    Gift.objects.filter(pk=refund.gift_id).update(
        refunded_fen=F("refunded_fen") - refund.amount_fen
    )
