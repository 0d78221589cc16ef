"""What must be true of gifts and the books: `check-books` asks."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, TextField, Value
from django.db.models.functions import Cast, Concat

from voluncity.city.ledger.models import Transfer
from voluncity.fund.donations.models import Batch, Gift, Order, Refund
from voluncity.fund.donations.states import BatchState, GiftState, OrderState, RefundState

S, R = GiftState, RefundState


def faults(*, limit: int = 20) -> list[str]:
    """Name, in at most so many sentences, what is wrong."""

    def everything() -> Iterator[str]:
        yield from _wrong_gifts()
        yield from _wrong_batches()
        yield from _wrong_refunds()
        yield from _wrong_orders()

    return list(islice(everything(), limit))


def _moved(kind: str, amount: str) -> QuerySet[Transfer]:
    key = Concat(Value(f"fund:{kind}:"), Cast(OuterRef("pk"), TextField()))
    return Transfer.objects.filter(key=key, amount=OuterRef(amount))


def _wrong_gifts() -> Iterator[str]:
    in_books = Exists(_moved("gift", "amount_fen"))
    alone = Gift.objects.filter(batch=None)
    wrong = alone.filter((Q(state=S.BOOKED) & ~in_books) | (~Q(state=S.BOOKED) & in_books))
    for gift in wrong.order_by("pk"):
        yield f"捐赠 {gift.number} 是“{gift.get_state_display()}”，账上不符"
    asked = Sum(
        "refunds__amount_fen", filter=~Q(refunds__state__in=[R.REFUSED, R.FAILED]), default=0
    )
    for gift in Gift.objects.annotate(asked=asked).exclude(refunded_fen=F("asked")).order_by("pk"):
        yield f"捐赠 {gift.number} 记着退还 {gift.refunded_fen} 分，退还单合计不同"


def _wrong_batches() -> Iterator[str]:
    gifts = Gift.objects.filter(batch=OuterRef("pk"), state=S.BOOKED).order_by().values("batch")
    fen = Subquery(gifts.annotate(fen=Sum("amount_fen")).values("fen"))
    booked = Batch.objects.filter(state=BatchState.BOOKED).annotate(fen=fen)
    for batch in booked.filter(~Exists(_moved("batch", "fen"))).order_by("pk"):
        yield f"导入批次 {batch.pk} 的合计与账上不符"


def _wrong_refunds() -> Iterator[str]:
    out = Exists(_moved("refund", "amount_fen"))
    back = Exists(_moved("refund", "amount_fen").filter(reversed_by__isnull=False))
    left = Q(state__in=[R.APPROVED, R.DONE])
    wrong = Refund.objects.filter(
        (left & (~out | back))
        | (Q(state=R.FAILED) & ~(out & back))
        | (Q(state__in=[R.ASKED, R.REFUSED]) & (out | back))
    )
    for refund in wrong.order_by("pk"):
        yield f"退还 {refund.number} 是“{refund.get_state_display()}”，账上不符"


def _wrong_orders() -> Iterator[str]:
    paid = Order.objects.filter(state=OrderState.PAID).exclude(amount_fen=F("gift__amount_fen"))
    for order in paid.filter(gift__state=S.BOOKED, gift__decided_by=None).order_by("pk"):
        yield f"订单 {order.trade_no} 与入账金额不同，没有人核实"
