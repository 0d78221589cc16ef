"""Payments: asked for by one, approved by another."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, models, transaction

from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.fund.grants.models import Funding
from voluncity.fund.grants.states import FundingState
from voluncity.fund.payouts import queries, rules
from voluncity.fund.payouts.actions.steps import (
    TOO_SLOW,
    hold,
    refuse_own,
    refuse_recipient,
    step,
)
from voluncity.fund.payouts.models import Disbursement, Installment, Payee
from voluncity.fund.payouts.states import PAY_FLOW, InstallmentState, PayeeState, PayState
from voluncity.kernel.clock import local_date
from voluncity.kernel.money import yuan_text
from voluncity.kernel.refusals import Refusal, WrongState

S, N = PayState, InstallmentState
_OWN = "这笔拨付是您申请的，请由另一位工作人员复核。"


@transaction.atomic
def ask_payment(*, installment: Installment, handle: str, by: User, at: datetime) -> Disbursement:
    """Ask that an installment be paid; the same mark again returns the first.

    :raises NotAllowed: when one is of the organization that gets it.
    :raises Refusal: when the project does not run, the milestone is not accepted, there is no
        verified account, or the reserve is too small.
    :raises WrongState: when somebody has asked already.
    """
    first: Disbursement | None = Disbursement.objects.filter(handle=handle).first()
    if first is not None:
        return first
    funding = hold(installment.funding_id)
    refuse_recipient(funding, by)
    installment.refresh_from_db()
    payee = _refuse_too_early(funding, installment, at=at)
    open_now = Installment.objects.filter(pk=installment.pk, state=N.OPEN)
    if not open_now.update(state=N.TAKEN):
        raise WrongState(TOO_SLOW, code="payouts.was_faster")
    payment = Disbursement(
        handle=handle, funding=funding, installment=installment, payee=payee, fen=installment.fen,
        asked_at=at, asked_by=by,
    )  # fmt: skip
    try:
        with transaction.atomic():
            payment.save(force_insert=True)
    except IntegrityError as error:
        raise WrongState(TOO_SLOW, code="payouts.was_faster") from error
    record("payouts.ask", payment, by=by, at=at, funding=funding.pk, fen=payment.fen)
    return payment


def _refuse_too_early(funding: Funding, installment: Installment, *, at: datetime) -> Payee:
    """Return the account that the money may go to.

    :raises Refusal: when something is missing.
    """
    missing = queries.missing(installment, funding=funding, at=at)
    if missing:
        raise Refusal(missing[0], code="payouts.too_early")
    payee = queries.account_of(funding)
    if payee is None:
        raise Refusal("还没有核对过的收款账户。", code="payouts.too_early")
    free = queries.reserved(funding) - queries.in_flight(funding)
    if installment.fen > free:
        raise Refusal(
            f"这个项目还没有安排的预留资金是 {yuan_text(max(0, free))}，不够这一期的"
            f" {yuan_text(installment.fen)}。", code="payouts.too_little",
        )  # fmt: skip
    return payee


def refuse_changed(payment: Disbursement, funding: Funding, *, at: datetime) -> None:
    """Refuse to go on when project or organization stand still or the account is another by now.

    :raises Refusal: when it is so.
    """
    if funding.state != FundingState.RUNNING:
        raise Refusal(
            f"“{funding}”现在是“{funding.get_state_display()}”，不能拨付。",
            code="payouts.not_running",
        )
    stands_still = queries.organization_stops(funding)
    if stands_still:
        raise Refusal(f"“{funding}”：{stands_still}", code="payouts.not_running")
    payee = Payee.objects.get(pk=payment.payee_id)
    if payee.state != PayeeState.VERIFIED:
        raise Refusal(
            f"“{funding}”的收款账户已经更换或停用，请撤回这笔拨付，用新的账户重新申请。",
            code="payouts.other_account",
        )
    new_name = queries.renamed(funding, payee)
    if new_name:
        raise Refusal(f"“{funding}”：{new_name}", code="payouts.other_account")
    if payee.usable_from is None or payee.usable_from > at:
        raise Refusal(f"“{funding}”的收款账户还在等待期。", code="payouts.other_account")


@transaction.atomic
def approve_payment(*, payment: Disbursement, by: User, at: datetime) -> Disbursement:
    """Agree that it is paid; it waits for a list for the bank.

    :raises NotAllowed: when one asked for it oneself.
    :raises Refusal: when the project stands still or the account is another one by now.
    """
    refuse_own(payment.asked_by_id, by, _OWN)
    funding = hold(payment.funding_id)
    refuse_recipient(funding, by)
    refuse_changed(payment, funding, at=at)
    step(payment, PAY_FLOW, "approve", decided_by=by, decided_at=at)
    record("payouts.approve", payment, by=by, at=at, funding=funding.pk, fen=payment.fen)
    return payment


@transaction.atomic
def refuse_payment(*, payment: Disbursement, words: str, by: User, at: datetime) -> Disbursement:
    """Send a request back; the installment can be asked for again.

    :raises NotAllowed: when one asked for it oneself.
    :raises BadInput: without a reason.
    """
    refuse_own(payment.asked_by_id, by, _OWN)
    reason = rules.said(words, "退回的原因")
    hold(payment.funding_id)
    step(payment, PAY_FLOW, "refuse", decided_by=by, decided_at=at, words=reason)
    free_installment(payment)
    record("payouts.refuse", payment, by=by, at=at, funding=payment.funding_id)
    return payment


@transaction.atomic
def withdraw_payment(
    *, payment: Disbursement, words: str, by: models.Model | None, at: datetime
) -> Disbursement:
    """Take a request back before it stands on a list.

    :raises BadInput: without a reason.
    """
    reason = rules.said(words, "撤回的原因")
    hold(payment.funding_id)
    step(payment, PAY_FLOW, "withdraw", words=reason)
    free_installment(payment)
    record("payouts.withdraw", payment, by=by, at=at, funding=payment.funding_id)
    return payment


def free_installment(payment: Disbursement, *, source: str = N.TAKEN) -> None:
    """Let an installment be asked for again.

    :raises WrongState: when it is not in the state in which this payment holds it.
    """
    held = Installment.objects.filter(pk=payment.installment_id, state=source)
    if not held.update(state=N.OPEN):
        raise WrongState(TOO_SLOW, code="payouts.was_faster")


def end_requests_of(*, funding_id: int, at: datetime) -> int:
    """Withdraw what nobody has put on a list when a project has ended; return how many."""
    waiting = Disbursement.objects.filter(funding=funding_id, state__in=[S.ASKED, S.APPROVED])
    ended = 0
    for payment in waiting.order_by("pk"):
        day = f"{local_date(at):%Y-%m-%d}"
        withdraw_payment(payment=payment, words=f"项目 {day} 已经终止或取消。", by=None, at=at)
        ended += 1
    return ended
