"""The desk: appeals, gifts, files, refunds and bills within reach."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from voluncity.city.access import personal
from voluncity.city.access.scopes import Scope, ScopedQuerySet
from voluncity.city.ledger.models import Transfer
from voluncity.fund.donations.models import (
    Appeal,
    Batch,
    Bill,
    FiscalReceipt,
    Gift,
    Notice,
    Order,
    Refund,
)
from voluncity.fund.donations.states import AppealState, GiftState, NoticeKind, RefundState
from voluncity.fund.governance.models import Fund
from voluncity.kernel.clock import day_bounds, local_date
from voluncity.kernel.text import number_in

GIFT_TASKS = (("recorded", "待复核"), ("held", "待核实"))
UNWRITTEN = "receipt"  # not a state: booked, and its fiscal receipt is not written yet
BILLS_KEPT, BILLS_AT_ONCE = 90, 7  # days that the service keeps; days of one turn
_ODD = (NoticeKind.FORGED, NoticeKind.EXPIRED, NoticeKind.HELD, NoticeKind.UNKNOWN)


@dataclass(frozen=True)
class Filters:
    """What is asked among the appeals."""

    words: str = ""
    state: str = ""


@dataclass(frozen=True)
class Asked:
    """What is asked among the gifts."""

    appeal_id: int | None = None
    event_id: int | None = None
    batch_id: int | None = None
    state: str = ""
    channel: str = ""
    number: str = ""
    since: date | None = None
    until: date | None = None


def detailed_appeals() -> ScopedQuerySet:
    """Return appeals with what their pages need."""
    return Appeal.objects.select_related(
        "fund__region", "purpose", "made_by", "submitted_by", "published_by"
    )


def appeals(scope: Scope, filters: Filters) -> ScopedQuerySet:
    """Return the appeals within reach."""
    found: ScopedQuerySet = detailed_appeals().in_scope(scope)
    if filters.words:
        found = found.filter(title__contains=filters.words)
    if filters.state:
        found = found.filter(state=filters.state)
    return found


def funds_for(scope: Scope) -> QuerySet[Fund]:
    """Return the funds within reach that go on."""
    return Fund.objects.in_scope(scope).filter(ended_on=None).order_by("pk")


def detailed_gifts() -> ScopedQuerySet:
    """Return gifts with what their pages need."""
    return Gift.objects.select_related(
        "appeal__fund__region", "purpose", "event", "batch", "recorded_by", "decided_by", "user"
    )


def gifts(scope: Scope, asked: Asked) -> ScopedQuerySet:
    """Return the gifts within reach, the newest first."""
    found: ScopedQuerySet = detailed_gifts().in_scope(scope)
    if asked.state == UNWRITTEN:
        found, asked = _unwritten(found), replace(asked, state="")
    wanted = {
        "appeal": asked.appeal_id, "event": asked.event_id, "batch": asked.batch_id,
        "state": asked.state, "channel": asked.channel,
    }  # fmt: skip
    found = found.filter(**{name: value for name, value in wanted.items() if value})
    if asked.number:
        pk = number_in(asked.number.upper().removeprefix("JZ"))
        found = found.filter(pk=pk) if pk is not None else found.filter(receipt_no=asked.number)
    if asked.since:
        found = found.filter(given_at__gte=day_bounds(asked.since)[0])
    if asked.until:
        found = found.filter(given_at__lt=day_bounds(asked.until)[1])
    return found.order_by("-given_at", "-pk")


def _unwritten(rows: ScopedQuerySet) -> ScopedQuerySet:
    """Keep booked gifts whose givers want a fiscal receipt that nobody has written yet."""
    written = FiscalReceipt.objects.filter(gift=OuterRef("pk"), voided_at=None)
    waits: ScopedQuerySet = rows.filter(
        ~Exists(written), state=GiftState.BOOKED, wants_receipt=True,
        refunded_fen__lt=F("amount_fen"),
    )  # fmt: skip
    return waits


def gift_tasks(scope: Scope) -> list[tuple[str, str, int]]:
    """Return what waits among the gifts: state, label, number."""
    states = [state for state, _ in GIFT_TASKS]
    rows = Gift.objects.in_scope(scope).filter(state__in=states).order_by().values_list("state")
    counts = dict(rows.annotate(count=Count("pk")))
    unwritten = _unwritten(Gift.objects.in_scope(scope)).count()
    found = [(state, label, counts.get(state, 0)) for state, label in GIFT_TASKS]
    return [*found, (UNWRITTEN, "待开票据", unwritten)]


def donor(gift: Gift) -> str:
    """Return the giver's name in full, for who has to compare it with a slip."""
    return personal.unseal(gift.donor_cipher, bound_to=f"gift:{gift.key}")


def phone(gift: Gift) -> str:
    """Return the giver's phone in full."""
    return personal.unseal(gift.phone_cipher, bound_to=f"gift:{gift.key}")


def transfers_of(gift: Gift) -> list[Transfer]:
    """Return the movements of the ledger that this gift made, the oldest first."""
    first = f"fund:batch:{gift.batch_id}" if gift.batch_id else f"fund:gift:{gift.pk}"
    keys = [first, *(f"fund:refund:{pk}" for pk in gift.refunds.values_list("pk", flat=True))]
    moved = Q(key__in=keys) | Q(reverses__key__in=keys)
    return list(Transfer.objects.filter(moved).order_by("pk"))


def batches(scope: Scope) -> ScopedQuerySet:
    """Return the files within reach."""
    rows = Batch.objects.select_related("appeal__fund__region", "by", "booked_by")
    found: ScopedQuerySet = rows.in_scope(scope).defer("content_cipher")
    return found


def refunds(scope: Scope) -> ScopedQuerySet:
    """Return the refunds within reach."""
    rows = Refund.objects.select_related(
        "gift__appeal__fund__region", "gift__purpose", "asked_by", "decided_by"
    )
    found: ScopedQuerySet = rows.in_scope(scope)
    return found


def bills(scope: Scope) -> ScopedQuerySet:
    """Return the bills within reach."""
    found: ScopedQuerySet = Bill.objects.in_scope(scope).prefetch_related("differences")
    return found


def days_without_bill(last: date) -> list[date]:
    """Return the days until `last` that nobody has laid beside our books, the oldest first.

    From the first order on, and not further back than the payment service keeps its bills.
    """
    first = Order.objects.order_by("pk").values_list("made_at", flat=True).first()
    if first is None:
        return []
    begin = max(local_date(first), last - timedelta(days=BILLS_KEPT))
    known = set(Bill.objects.filter(day__gte=begin).values_list("day", flat=True))
    days = [begin + timedelta(days=n) for n in range((last - begin).days + 1)]
    return [day for day in days if day not in known][:BILLS_AT_ONCE]


def odd_notices(scope: Scope) -> QuerySet[Notice]:
    """Return messages that were not acted on, of orders within reach or none, the newest first."""
    mine = Q(order=None) | Q(order__appeal__in=Appeal.objects.in_scope(scope))
    return Notice.objects.filter(mine, kind__in=_ODD).select_related("order")


def work_of_fund(*, fund: Fund, at: datetime) -> list[str]:
    """Say which appeals still run, and which gifts and refunds wait, before a fund ends."""
    open_ones = Q(state=AppealState.WAITING)
    open_ones |= Q(state=AppealState.OPEN, until_on__gte=local_date(at))
    waits = [GiftState.RECORDED, GiftState.HELD]
    goes_back = [RefundState.ASKED, RefundState.APPROVED]
    counts = (
        ("个募捐没有结束", Appeal.objects.filter(open_ones, fund=fund)),
        ("笔捐赠没有复核", Gift.objects.filter(appeal__fund=fund, state__in=waits)),
        ("笔退还没有办结", Refund.objects.filter(gift__appeal__fund=fund, state__in=goes_back)),
    )
    found = [(rows.count(), words) for words, rows in counts]
    return [f"{number} {words}" for number, words in found if number]
