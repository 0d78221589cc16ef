"""What must be true of stocks, vouchers and sheets: `check-books` asks."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from django.db.models import Count, Exists, F, OuterRef, Q, Sum, Value
from django.db.models.functions import Concat

from voluncity.honor.points.models import Movement
from voluncity.honor.rewards.models import Merchant, Offer, Redemption, Sheet, Voucher
from voluncity.honor.rewards.rules.settling import lines_digest
from voluncity.honor.rewards.states import COUNTING, LineKind, SheetState, VoucherState


def faults(*, limit: int = 20) -> list[str]:
    """Name, in at most so many sentences, what is wrong."""

    def everything() -> Iterator[str]:
        yield from _wrong_stocks()
        yield from _wrong_vouchers()
        yield from _wrong_counts()
        yield from _unpaid()
        yield from _wrong_sheets()

    return list(islice(everything(), limit))


def _wrong_stocks() -> Iterator[str]:
    held = Count("vouchers", filter=Q(vouchers__state__in=COUNTING))
    for offer in Offer.objects.annotate(held=held).exclude(taken=F("held")).order_by("pk"):
        yield f"兑换项目 {offer.number} 记着兑出 {offer.taken} 份，实际是 {offer.held} 份"


def _wrong_vouchers() -> Iterator[str]:
    live = Count("redemptions", filter=Q(redemptions__undone_at=None))
    counted = Voucher.objects.annotate(live=live)
    wrong = counted.filter(
        Q(state=VoucherState.REDEEMED) & ~Q(live=1)
        | ~Q(state=VoucherState.REDEEMED) & Q(live__gt=0)
    )
    for voucher in wrong.order_by("pk"):
        yield f"兑换券 {voucher.number} 的状态与核销记录不符"


def _wrong_counts() -> Iterator[str]:
    live = Count("redemptions", filter=Q(redemptions__undone_at=None))
    counted = Merchant.objects.annotate(live=live).exclude(given=F("live"))
    for merchant in counted.select_related("organization").order_by("pk"):
        yield f"商家“{merchant}”记着回馈 {merchant.given} 次，实际是 {merchant.live} 次"


def _unpaid() -> Iterator[str]:
    """Name vouchers whose points were not spent once, or not returned as the voucher says."""
    spent = Movement.objects.filter(
        key=Concat(Value("voucher:"), OuterRef("handle")), amount=OuterRef("points"), kind="spent"
    )
    paid = Voucher.objects.filter(points__gt=0)
    wrong = paid.filter(
        ~Exists(spent)
        | Q(Exists(spent.filter(returned_at__isnull=False)), was_returned=False)
        | Q(Exists(spent.filter(returned_at=None)), was_returned=True)
    )
    for voucher in wrong.order_by("pk"):
        yield f"兑换券 {voucher.number} 的积分与积分账不符"


def _wrong_sheets() -> Iterator[str]:
    sums = Sheet.objects.annotate(
        lines_fen=Sum("lines__fen", default=0),
        lines_given=Count("lines", filter=Q(lines__kind=LineKind.GIVEN)),
    )
    wrong = sums.exclude(total_fen=F("lines_fen"), count=F("lines_given"))
    for sheet in wrong.order_by("pk"):
        yield f"结算单 {sheet.number} 的合计与明细不符"
    for sheet in Sheet.objects.filter(state=SheetState.CLOSED).order_by("pk"):
        if lines_digest(sheet.lines.all()) != sheet.digest:
            yield f"已结清的结算单 {sheet.number} 的明细被改过"
    twice = Redemption.objects.filter(undone_at__isnull=False, lines__isnull=False).exclude(
        lines__sheet__state=SheetState.CLOSED
    )
    for redemption in twice.order_by("pk"):
        yield f"核销 {redemption.pk} 已撤销，却还在没有结清的结算单上"
