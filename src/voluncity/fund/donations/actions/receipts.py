"""Keep the numbers of fiscal receipts, which only the finance department's system writes."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.fund.donations import rules
from voluncity.fund.donations.models import FiscalReceipt, Gift
from voluncity.fund.donations.rules import ReceiptPlan
from voluncity.fund.donations.states import GiftState, RefundState
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotFound, WrongState


@transaction.atomic
def want_receipt(*, gift_id: int, by: User, at: datetime) -> Gift:
    """Let a giver ask for the fiscal receipt of an own gift; asked again it stays asked for.

    :raises NotFound: when it is somebody else's gift, an anonymous one, or not in the books.
    """
    mine = Gift.objects.filter(
        pk=gift_id, user=by, is_anonymous=False, state=GiftState.BOOKED
    ).exclude(donor_cipher="")
    gift: Gift | None = mine.first()
    if gift is None:
        raise NotFound("没有找到这笔捐赠，或者它是匿名的，不能开具票据。")
    if mine.filter(wants_receipt=False).update(wants_receipt=True):
        record("donations.want_receipt", gift, by=by, at=at, appeal=gift.appeal_id)
    return gift


@transaction.atomic
def issue_receipt(*, gift: Gift, plan: ReceiptPlan, by: User, at: datetime) -> FiscalReceipt:
    """Keep what stands on the receipt that was written for what is left of a gift.

    :raises BadInput: at the field that is wrong, or when the number stands for another gift.
    :raises WrongState: when the gift is not in the books, went back, or has its receipt.
    """
    plan = plan.checked(first=local_date(gift.given_at), today=local_date(at))
    booked = Gift.objects.filter(pk=gift.pk, state=GiftState.BOOKED)
    # Held: whoever asks for a refund at the same moment waits, and then finds the receipt.
    if not booked.update(wants_receipt=True):
        raise WrongState("这笔捐赠没有入账，不能开具票据。", code="donations.not_booked")
    gift.refresh_from_db()
    if gift.refunds.filter(state=RefundState.ASKED).exists():
        raise WrongState("有退还正在审批，办结以后再开具票据。", code="donations.refund_asked")
    if not gift.left_fen:
        raise WrongState("这笔捐赠已经全部退还，不能开具票据。", code="donations.all_back")
    if gift.fiscal_receipts.filter(voided_at=None).exists():
        raise WrongState("这笔捐赠已经登记过票据，请刷新页面查看。", code="donations.has_receipt")
    try:
        with transaction.atomic():
            made = FiscalReceipt.objects.create(
                gift=gift, code=plan.code, number=plan.number, check_code=plan.check_code,
                issued_on=plan.issued_on, amount_fen=gift.left_fen, at=at, by=by,
            )  # fmt: skip
    except IntegrityError as error:
        raise BadInput("这个票据号码已经登记在另一笔捐赠上，请核对。", field="number") from error
    record("donations.issue_receipt", made, by=by, at=at, gift=gift.pk, fen=made.amount_fen)
    return made


@transaction.atomic
def void_receipt(*, gift: Gift, words: str, by: User, at: datetime) -> FiscalReceipt:
    """Note that the receipt of a gift was voided; its number is never used again.

    :raises BadInput: without a reason.
    :raises WrongState: when no receipt stands.
    """
    reason = rules.said(words, "作废的原因")
    standing = FiscalReceipt.objects.filter(gift=gift, voided_at=None)
    made: FiscalReceipt | None = standing.first()
    if made is None or not standing.filter(pk=made.pk).update(
        voided_at=at, voided_by=by, words=reason
    ):
        raise WrongState("这笔捐赠没有有效的票据，请刷新页面查看。", code="donations.no_receipt")
    made.refresh_from_db()
    record("donations.void_receipt", made, by=by, at=at, gift=gift.pk)
    return made
