"""Money that comes back, what is left, and receipts."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, models, transaction

from voluncity.city.files import actions as files
from voluncity.city.files.rules import Checked
from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.fund.books import actions as books
from voluncity.fund.grants.models import Funding
from voluncity.fund.grants.states import FundingState
from voluncity.fund.payouts import queries, rules
from voluncity.fund.payouts.actions.payments import free_installment
from voluncity.fund.payouts.actions.steps import hold, refuse_own, refuse_recipient, step
from voluncity.fund.payouts.models import Disbursement, Receipt, Return, ReturnShare
from voluncity.fund.payouts.rules import Part, ReturnPlan
from voluncity.fund.payouts.states import (
    PAY_FLOW,
    RETURN_FLOW,
    InstallmentState,
    PayState,
    ReturnKind,
)
from voluncity.kernel.clock import local_date
from voluncity.kernel.money import yuan_text
from voluncity.kernel.refusals import BadInput, Refusal, WrongState
from voluncity.kernel.text import words

S, K = PayState, ReturnKind
REASON_MOST, MOST_RECEIPTS = 200, 5
_OWN = "这笔退回是您登记的，请由另一位工作人员确认。"


@transaction.atomic
def enter_return(
    *, funding: Funding, plan: ReturnPlan, proof: Checked | None, handle: str, by: User,
    at: datetime,
) -> Return:  # fmt: skip
    """Write down what a recipient has paid back; the same mark again returns the first.

    :raises BadInput: at the field that is wrong, also when more comes back than went out.
    """
    first: Return | None = Return.objects.filter(handle=handle).first()
    if first is not None:
        return first
    held = hold(funding.pk)
    _refuse_closed(held)
    out = queries.paid(held) - queries.returned(held) - queries.returning(held)
    if not 0 < plan.fen <= out:
        raise BadInput(
            f"退回金额应大于 0、不超过 {yuan_text(max(0, out))}（已拨付减去已退回），请核对。",
            field="fen",
        )
    made = Return(handle=handle, funding=held, kind=K.UNUSED, fen=plan.fen)
    return _enter(made, plan, proof, after=queries.first_paid_on(held), by=by, at=at)


@transaction.atomic
def enter_bounce(
    *, payment: Disbursement, plan: ReturnPlan, proof: Checked | None, handle: str, by: User,
    at: datetime,
) -> Return:  # fmt: skip
    """Write down that the bank sent back a payment that it had made, wholly.

    :raises BadInput: at the field that is wrong.
    :raises WrongState: when it is not paid, or others were returned meanwhile.
    """
    first: Return | None = Return.objects.filter(handle=handle).first()
    if first is not None:
        return first
    held = hold(payment.funding_id)
    _refuse_closed(held)
    payment.refresh_from_db()
    PAY_FLOW.after("bounce", payment.state)
    out = queries.paid(held) - queries.returned(held) - queries.returning(held)
    if payment.fen > out:
        raise WrongState(
            "这个项目已经登记过退回，退汇金额与账上不符，请先核对退回登记。",
            code="payouts.returned_already",
        )
    made = Return(
        handle=handle, funding=held, kind=K.BOUNCED, disbursement=payment, fen=payment.fen
    )
    return _enter(made, plan, proof, after=payment.paid_on, by=by, at=at)


def _refuse_closed(funding: Funding) -> None:
    """Refuse what comes back after the money was settled.

    :raises WrongState: when it was.
    """
    if funding.state == FundingState.CLOSED or funding.settled_at is not None:
        raise WrongState("项目资金已经结清，不再登记退回。", code="payouts.closed")


def _enter(
    made: Return, plan: ReturnPlan, proof: Checked | None, *, after: object, by: User,
    at: datetime,
) -> Return:  # fmt: skip
    today = local_date(at)
    made.on = rules.paid_on(plan.on, after=after or today, today=today)  # type: ignore[arg-type]
    made.bank_ref = rules.bank_ref(plan.bank_ref)
    made.reason = words(plan.reason, "reason", "退回原因", REASON_MOST)
    made.made_at, made.made_by = at, by
    if proof is not None:
        made.proof = files.store(proof, subject=f"funding:{made.funding_id}", by=by, at=at)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise BadInput(
            "这个银行流水号或这笔退汇已经登记过，请核对。", field="bank_ref",
            code="payouts.return_again",
        ) from error  # fmt: skip
    record(
        "payouts.enter_return", made, by=by, at=at, funding=made.funding_id, fen=made.fen,
        kind=str(made.kind),
    )  # fmt: skip
    return made


@transaction.atomic
def confirm_return(*, money: Return, by: User, at: datetime) -> Return:
    """Book what came back; it is reserved for the project again until it is released.

    :raises NotAllowed: when one wrote it down oneself, or is of the organization.
    :raises Refusal: when the project never got so much.
    """
    refuse_own(money.made_by_id, by, _OWN)
    funding = hold(money.funding_id)
    refuse_recipient(funding, by)
    step(money, RETURN_FLOW, "confirm", decided_by=by, decided_at=at)
    for place, part in enumerate(_parts(money, funding), start=1):
        share = ReturnShare.objects.create(of=money, purpose_id=part.purpose_id, fen=part.fen)
        books.take_back(
            fund=funding.fund, purpose=share.purpose, serves=funding.serves,
            award=funding.award, amount_fen=part.fen, key=f"payout-return:{money.pk}:{place}",
            source=f"payout-return:{money.pk}", on=money.on, by=by, at=at,
            reason=f"拨付退回 {money}：{funding.number}",
        )  # fmt: skip
    if money.disbursement is not None:
        step(money.disbursement, PAY_FLOW, "bounce", words=money.reason)
        free_installment(money.disbursement, source=InstallmentState.PAID)
    record("payouts.confirm_return", money, by=by, at=at, funding=funding.pk, fen=money.fen)
    return money


def _parts(money: Return, funding: Funding) -> list[Part]:
    if money.disbursement is not None:
        return [Part(one.purpose_id, one.fen) for one in money.disbursement.shares.all()]
    return rules.split_back(money.fen, queries.outs(funding))


@transaction.atomic
def refuse_return(*, money: Return, words: str, by: User, at: datetime) -> Return:
    """Say that the money did not come.

    :raises NotAllowed: when one wrote it down oneself, or is of the organization.
    :raises BadInput: without a reason.
    """
    refuse_own(money.made_by_id, by, _OWN)
    refuse_recipient(money.funding, by)
    reason = rules.said(words, "不予确认的原因")
    step(money, RETURN_FLOW, "refuse", decided_by=by, decided_at=at, words=reason)
    record("payouts.refuse_return", money, by=by, at=at, funding=money.funding_id)
    return money


@transaction.atomic
def release_rest(*, funding: Funding, reason: str, by: models.Model | None, at: datetime) -> int:
    """Give what a project does not get any more back to its purses; return how much, in fen.

    Closings and terminations call it; doing it again releases nothing more.

    :raises Refusal: while a payment is on its way, or money that came back waits.
    """
    held = hold(funding.pk)
    if queries.in_flight(held) or queries.returning(held):
        raise Refusal(
            "还有拨付没有办结，或退回的资金没有确认，请先办完。", code="payouts.in_flight"
        )
    released = 0
    for part in queries.reserves(held):
        if not part.fen:
            continue
        source = held.sources.select_related("purpose").get(purpose=part.purpose_id)
        turn = queries.releases(held)
        books.release(
            fund=held.fund, purpose=source.purpose, serves=held.serves, award=held.award,
            amount_fen=part.fen, key=f"payout-release:{held.pk}:{turn + 1}", reason=reason,
            by=by, at=at,
        )  # fmt: skip
        released += part.fen
    if released:
        record("payouts.release", held, by=by, at=at, fen=released)
    return released


@transaction.atomic
def add_receipt(*, payment: Disbursement, paper: Checked, by: User, at: datetime) -> Receipt:
    """Keep the recipient's paper about a payment.

    :raises WrongState: when it is not paid, or there are enough papers.
    """
    if payment.state != S.PAID:
        raise WrongState("这笔拨付还没有付款，不用上传收据。", code="payouts.not_paid")
    if payment.receipts.count() >= MOST_RECEIPTS:
        raise WrongState(f"每笔拨付最多 {MOST_RECEIPTS} 份收据。", code="payouts.receipts")
    kept = files.store(paper, subject=f"funding:{payment.funding_id}", by=by, at=at)
    receipt = Receipt.objects.create(disbursement=payment, file=kept, made_at=at, made_by=by)
    record("payouts.add_receipt", payment, by=by, at=at, funding=payment.funding_id)
    return receipt
