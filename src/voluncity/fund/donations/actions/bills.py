"""Lay the payment service's bill of a day beside our own books."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db import transaction

from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.fund.donations import gateway, rules
from voluncity.fund.donations.models import Bill, Difference, Gift, Refund
from voluncity.fund.donations.payment import BillRow, GatewayError
from voluncity.fund.donations.states import Channel, DifferenceKind, GiftState, RefundState
from voluncity.kernel.clock import day_bounds
from voluncity.kernel.refusals import BadInput, Refusal, WrongState

K = DifferenceKind


def reconcile(*, day: date, at: datetime) -> Bill:
    """Fetch the bill of a day and find every missing, extra and differing row.

    Again for the same day it is laid anew; what somebody cleared up stays cleared up.

    :raises BadInput: while the service still writes at it: half a bill would pass for a whole one.
    :raises Refusal: when the payment service does not answer.
    """
    if day > rules.newest_bill(at):
        raise BadInput("一天的账单要到第二天上午 10 点才齐，请选更早的日期。", field="day")
    try:
        service = gateway.gateway()
        rows = service.bill(day=day)
    except GatewayError as error:
        raise Refusal("暂时取不到账单，请稍后再试。", code="donations.no_bill") from error
    return _laid(service.mchid, day, rows, at=at)


@transaction.atomic
def _laid(merchant: str, day: date, rows: list[BillRow], *, at: datetime) -> Bill:
    payments, refunds = _own(merchant, day)
    sums = {
        "rows": len(rows), "own_rows": len(payments) + len(refunds), "at": at,
        "total_fen": sum(row.amount_fen for row in rows if not row.is_refund),
        "refund_fen": sum(row.amount_fen for row in rows if row.is_refund),
        "own_fen": sum(fen for fen, _ in payments.values()),
        "own_refund_fen": sum(fen for fen, _ in refunds.values()),
    }  # fmt: skip
    bill, _ = Bill.objects.update_or_create(merchant_no=merchant, day=day, defaults=sums)
    found = {
        (one.is_refund, one.trade_no): one
        for own, is_refund in ((payments, False), (refunds, True))
        for one in differences(own, [row for row in rows if row.is_refund == is_refund], is_refund)
    }
    settled = set(bill.differences.exclude(settled_at=None).values_list("is_refund", "trade_no"))
    bill.differences.open().delete()
    for key, one in found.items():
        if key not in settled:
            one.bill = bill
            one.save(force_insert=True)
    record("donations.reconcile", bill, by=None, at=at, differences=len(found))
    return bill


def differences(
    own: Mapping[str, tuple[int, str]],
    rows: Iterable[BillRow],
    is_refund: bool,  # noqa: FBT001
) -> list[Difference]:
    """Return what does not agree between our books (number → fen, their number) and a bill."""
    left, found = dict(own), []
    for row in rows:
        fen, _ = left.pop(row.trade_no, (None, ""))
        if fen != row.amount_fen:
            kind = K.EXTRA if fen is None else K.DIFFERENT
            found.append(Difference(
                kind=kind, is_refund=is_refund, trade_no=row.trade_no, paid_no=row.paid_no,
                bill_fen=row.amount_fen, own_fen=fen,
            ))  # fmt: skip
    found += [
        Difference(kind=K.MISSING, is_refund=is_refund, trade_no=no, paid_no=paid, own_fen=fen)
        for no, (fen, paid) in left.items()
    ]
    return found


Own = dict[str, tuple[int, str]]


def _own(merchant: str, day: date) -> tuple[Own, Own]:
    """Return what came and went on a day by our books: number → fen, the service's number."""
    first, after = day_bounds(day)
    gifts = Gift.objects.filter(
        channel=Channel.WECHAT, given_at__gte=first, given_at__lt=after,
        order__merchant_no=merchant, state__in=[GiftState.BOOKED, GiftState.HELD],
    )  # fmt: skip
    back = Refund.objects.filter(
        gift__channel=Channel.WECHAT, state=RefundState.DONE, ended_at__gte=first,
        ended_at__lt=after, gift__order__merchant_no=merchant,
    )  # fmt: skip
    payments = {
        trade_no: (fen, paid_no)
        for trade_no, fen, paid_no in gifts.values_list(
            "order__trade_no", "amount_fen", "receipt_no"
        )
    }
    rows = back.select_related("gift")
    return payments, {one.number: (one.amount_fen, one.paid_no) for one in rows}


@transaction.atomic
def settle_difference(*, difference: Difference, words: str, by: User, at: datetime) -> Difference:
    """Say what a difference was.

    :raises BadInput: without words.
    :raises WrongState: when somebody did so before.
    """
    said = rules.said(words, "核实结果")
    mine = Difference.objects.filter(pk=difference.pk, settled_at=None)
    if not mine.update(settled_at=at, settled_by=by, words=said):
        raise WrongState("这条差异已经核实过了。", code="donations.was_faster")
    difference.refresh_from_db()
    record("donations.settle_difference", difference, by=by, at=at, bill=difference.bill_id)
    return difference
