"""Write gifts down and, by another person, book them."""

from __future__ import annotations

import re
from datetime import datetime
from secrets import token_hex

from django.db import IntegrityError, models, transaction

from voluncity.city.access import personal
from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.fund.books import actions as books
from voluncity.fund.donations import rules
from voluncity.fund.donations.actions.steps import refuse_own, step
from voluncity.fund.donations.models import Appeal, Gift, GivingEvent
from voluncity.fund.donations.rules import GiftPlan
from voluncity.fund.donations.states import GIFT_FLOW, OFFLINE, SHOWN, Channel, GiftState
from voluncity.kernel.refusals import BadInput, NotFound, WrongState

_KEY = re.compile(r"[0-9a-f]{32}")


@transaction.atomic
def record_gift(
    *,
    appeal: Appeal,
    plan: GiftPlan,
    given_at: datetime,
    event: GivingEvent | None,
    handle: str,
    by: User,
    at: datetime,
) -> Gift:
    """Write down a gift that the foundation received; it is booked when another person agrees.

    `handle` is the press of the button: the same press again returns the first gift.

    :raises BadInput: at the field that is wrong, or when the receipt number is known.
    :raises WrongState: when the appeal takes no gifts.
    """
    if plan.channel not in OFFLINE:
        raise BadInput("请选择现金、银行转账或现场募捐。", field="channel")
    if appeal.state not in SHOWN:
        raise WrongState("这个募捐还没有发布，不能登记捐赠。", code="donations.not_shown")
    if event is not None and event.appeal_id != appeal.pk:
        raise BadInput("这个现场属于另一个募捐，请重新选择。", field="event")
    if given_at > at:
        raise BadInput("捐赠时间不能晚于现在。", field="given_on")
    if given_at.year < rules.EARLIEST_YEAR:
        raise BadInput("捐赠时间的年份不对，请核对。", field="given_on")
    plan, key = plan.checked(), handle if _KEY.fullmatch(handle) else token_hex(16)
    gift = written(appeal, plan, key=key, given_at=given_at, by=by, at=at)
    gift.event = event
    return _kept(gift, by=by, at=at)


def written(
    appeal: Appeal,
    plan: GiftPlan,
    *,
    key: str,
    given_at: datetime,
    by: models.Model | None,
    at: datetime,
) -> Gift:
    """Return a gift as a row, its personal words sealed under its own key; not saved yet.

    :raises BadInput: when its purpose is another fund's, or not the one of the appeal.
    """
    purpose_id = plan.purpose_id or appeal.purpose_id
    if appeal.purpose_id and purpose_id != appeal.purpose_id:
        raise BadInput("这个募捐已经限定了用途，不能另外指定。", field="purpose")
    if purpose_id and not appeal.fund.purposes.filter(pk=purpose_id).exists():
        raise BadInput("请选择这个基金的资助方向。", field="purpose")
    bound = bound_to(key)
    return Gift(
        appeal=appeal, purpose_id=purpose_id, key=key, channel=plan.channel,
        receipt_no=plan.receipt_no, amount_fen=plan.amount_fen, given_at=given_at,
        donor_kind=plan.donor_kind, donor_cipher=personal.seal(plan.donor, bound_to=bound),
        phone_cipher=personal.seal(plan.phone, bound_to=bound),
        phone_index=personal.index(plan.phone, purpose="phone") if plan.phone else "",
        is_anonymous=plan.is_anonymous, shows_name=plan.shows_name, message=plan.message,
        wants_receipt=plan.wants_receipt, recorded_at=at, recorded_by_id=by.pk if by else None,
    )  # fmt: skip


def bound_to(key: str) -> str:
    """Return what a gift's sealed words are bound to."""
    return f"gift:{key}"


def _kept(gift: Gift, *, by: User, at: datetime) -> Gift:
    try:
        with transaction.atomic():
            gift.save(force_insert=True)
    except IntegrityError as error:
        first: Gift | None = Gift.objects.filter(key=gift.key, recorded_by=by).first()
        if first is None or first.amount_fen != gift.amount_fen:
            raise BadInput(
                "这个流水号已经登记过了，请在捐赠登记里查找。", field="receipt_no",
                code="donations.receipt_known",
            ) from error  # fmt: skip
        return first
    record("donations.record", gift, by=by, at=at, appeal=gift.appeal_id, fen=gift.amount_fen)
    return gift


@transaction.atomic
def book_gift(*, gift: Gift, by: User, at: datetime) -> Gift:
    """Put a gift into the fund's books; another person than who wrote it down.

    :raises NotAllowed: when it is one's own.
    :raises WrongState: when somebody was faster.
    """
    refuse_own(gift.recorded_by_id, by, "这笔捐赠是您登记的，请由另一位工作人员复核。")
    if gift.batch_id and gift.state == GiftState.RECORDED:
        raise WrongState("导入的捐赠请在导入批次里一起复核。", code="donations.in_a_batch")
    step(gift, GIFT_FLOW, "book", decided_at=at, decided_by=by)
    put_into_books(gift, by=by, at=at)
    return gift


def put_into_books(gift: Gift, *, by: models.Model | None, at: datetime) -> None:
    """Move the money of a booked gift into the purse that it was given for.

    :raises Refusal: when the books say no.
    """
    books.receive(
        fund=gift.appeal.fund, purpose=gift.purpose, amount_fen=gift.amount_fen,
        key=f"gift:{gift.pk}", source=f"gift:{gift.pk}",
        reason=f"{gift.get_channel_display()}捐赠 {gift.number}", at=at, by=by,
    )  # fmt: skip
    record("donations.book", gift, by=by, at=at, appeal=gift.appeal_id, fen=gift.amount_fen)


@transaction.atomic
def refuse_gift(*, gift: Gift, words: str, by: User, at: datetime) -> Gift:
    """Keep a gift out of the books: a slip of the pen, or money that did not come.

    :raises NotAllowed: when it is one's own.
    :raises BadInput: without a reason.
    :raises WrongState: when the payment service proved that the money came.
    """
    refuse_own(gift.recorded_by_id, by, "这笔捐赠是您登记的，请由另一位工作人员复核。")
    if gift.channel == Channel.WECHAT:
        raise WrongState("这笔钱已经收到，请复核入账后再办理退还。", code="donations.money_came")
    reason = rules.said(words, "原因")
    step(gift, GIFT_FLOW, "refuse", decided_at=at, decided_by=by, words=reason, receipt_no="")
    record("donations.refuse", gift, by=by, at=at, appeal=gift.appeal_id)
    return gift


@transaction.atomic
def show_giver(*, gift_id: int, shows_name: bool, by: User, at: datetime) -> Gift:
    """Let the giver say whether everybody may read the name (PIPL, art. 25; Charity Law, 82).

    :raises NotFound: when it is somebody else's gift.
    """
    mine = Gift.objects.filter(pk=gift_id, user=by, is_anonymous=False)
    if not mine.update(shows_name=shows_name):
        raise NotFound("没有找到这笔捐赠，或者它是匿名的。")
    gift: Gift = mine.get()
    record("donations.show_giver", gift, by=by, at=at, shows=shows_name)
    return gift


@transaction.atomic
def note_certificate(*, gift: Gift, by: User, at: datetime) -> None:
    """Write down who printed a certificate, which names the donor in full.

    :raises WrongState: when the gift is not in the books.
    """
    if gift.state != GiftState.BOOKED:
        raise WrongState("这笔捐赠还没有入账，不能出具证书。", code="donations.not_booked")
    record("donations.print_certificate", gift, by=by, at=at)
