"""What must be true of payments and the books: `check-books` asks."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db.models import (
    BigIntegerField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    TextField,
    Value,
)
from django.db.models.functions import Cast, Coalesce, Concat

from voluncity.city.ledger.models import Transfer
from voluncity.fund.books.models import Entry
from voluncity.fund.books.states import EntryKind
from voluncity.fund.grants.models import Funding
from voluncity.fund.payouts.models import Disbursement, Installment, Return, ReturnShare, Share
from voluncity.fund.payouts.states import (
    IN_FLIGHT,
    INSTALLMENT_LIVE,
    InstallmentState,
    PayState,
    ReturnState,
)

S, N = PayState, InstallmentState


def faults(*, limit: int = 20) -> list[str]:
    """Name, in at most so many sentences, what is wrong."""

    def everything() -> Iterator[str]:
        yield from _wrong_payments()
        yield from _wrong_returns()
        yield from _wrong_installments()
        yield from _wrong_projects()

    return list(islice(everything(), limit))


def _total(rows: QuerySet[Any], name: str) -> Coalesce:
    """Return the sum of the rows of an outer row; rows are filtered by it already."""
    summed = rows.order_by().values(one=Value(1)).annotate(total=Sum(name)).values("total")
    return Coalesce(Subquery(summed, output_field=BigIntegerField()), 0)


def _moved(kind: str) -> Coalesce:
    source = Concat(Value(f"{kind}:"), Cast(OuterRef("pk"), TextField()))
    return _total(Transfer.objects.filter(source=source, reverses=None), "amount")


def _wrong_payments() -> Iterator[str]:
    shares = _total(Share.objects.filter(disbursement=OuterRef("pk")), "fen")
    rows = Disbursement.objects.annotate(moved=_moved("payout"), shared=shares)
    went_out = Q(state__in=[S.PAID, S.BOUNCED])
    wrong = rows.filter(
        went_out & (~Q(moved=F("fen")) | ~Q(shared=F("fen")))
        | ~went_out & (~Q(moved=0) | ~Q(shared=0))
    )
    for payment in wrong.order_by("pk"):
        yield f"拨付 {payment.number} 是“{payment.get_state_display()}”，账上不符"


def _wrong_returns() -> Iterator[str]:
    shares = _total(ReturnShare.objects.filter(of=OuterRef("pk")), "fen")
    rows = Return.objects.annotate(moved=_moved("payout-return"), shared=shares)
    booked = Q(state=ReturnState.CONFIRMED)
    wrong = rows.filter(
        booked & (~Q(moved=F("fen")) | ~Q(shared=F("fen"))) | ~booked & (~Q(moved=0) | ~Q(shared=0))
    )
    for money in wrong.order_by("pk"):
        yield f"拨付退回 {money} 是“{money.get_state_display()}”，账上不符"
    bounced = Return.objects.filter(disbursement=OuterRef("pk"), state=ReturnState.CONFIRMED)
    odd = Disbursement.objects.annotate(came_back=Exists(bounced))
    for payment in odd.filter(
        Q(state=S.BOUNCED, came_back=False) | ~Q(state=S.BOUNCED) & Q(came_back=True)
    ).order_by("pk"):
        yield f"拨付 {payment.number} 的退汇登记与状态不符"


def _wrong_installments() -> Iterator[str]:
    made = Disbursement.objects.filter(installment=OuterRef("pk"))
    rows = Installment.objects.annotate(
        flies=Exists(made.filter(state__in=IN_FLIGHT)), is_paid=Exists(made.filter(state=S.PAID))
    )
    wrong = rows.filter(
        Q(state=N.TAKEN, flies=False)
        | ~Q(state=N.TAKEN) & Q(flies=True)
        | Q(state=N.PAID, is_paid=False)
        | ~Q(state=N.PAID) & Q(is_paid=True)
    )
    for one in wrong.select_related("funding").order_by("pk"):
        yield f"{one.funding.number} {one} 是“{one.get_state_display()}”，与拨付不符"


def _wrong_projects() -> Iterator[str]:
    live = Installment.objects.filter(funding=OuterRef("pk"), state__in=INSTALLMENT_LIVE)
    planned = _total(live, "fen")
    paid = _total(Disbursement.objects.filter(funding=OuterRef("pk"), state=S.PAID), "fen")
    rows = Funding.objects.annotate(planned=planned, is_planned=Exists(live), paid=paid)
    for one in rows.filter(is_planned=True).exclude(planned=F("awarded_fen")).order_by("pk"):
        yield f"{one.number} 各期合计 {one.planned} 分，立项金额 {one.awarded_fen} 分"
    for one in rows.filter(paid__gt=F("awarded_fen")).order_by("pk"):
        yield f"{one.number} 拨付 {one.paid} 分，超过立项金额 {one.awarded_fen} 分"
    yield from _strange_entries()


def _strange_entries() -> Iterator[str]:
    """Name movements of a project's money that no payment and no return explains."""
    known = Funding.objects.filter(award=OuterRef("award"))
    rows = Entry.objects.filter(
        Exists(known), kind__in=[EntryKind.PAYMENT, EntryKind.RETURN], sign=1
    )
    of_payments = Q(transfer__source__startswith="payout:")
    of_returns = Q(transfer__source__startswith="payout-return:")
    strange = rows.exclude(of_payments | of_returns)
    for award in strange.order_by("pk").values_list("award", flat=True):
        yield f"{award} 有一笔收支不是通过拨付办理的"
