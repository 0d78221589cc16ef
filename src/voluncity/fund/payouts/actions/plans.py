"""Plans of installments: proposed by one, agreed by another; what is paid stays as it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max, QuerySet, Sum

from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.fund.grants.models import Funding
from voluncity.fund.grants.states import FundingState
from voluncity.fund.payouts import rules
from voluncity.fund.payouts.actions.steps import TOO_SLOW, hold, refuse_own, refuse_recipient, step
from voluncity.fund.payouts.models import Installment, Plan
from voluncity.fund.payouts.rules import PlanLine
from voluncity.fund.payouts.states import INSTALLMENT_LIVE, PLAN_FLOW, InstallmentState, PlanState
from voluncity.kernel.refusals import BadInput, Refusal, WrongState
from voluncity.kernel.text import words

S, N = PlanState, InstallmentState
REASON_MOST = 200
KEPT = (N.TAKEN, N.PAID)
_OWN = "这份计划是您提出的，请由另一位工作人员同意。"


@transaction.atomic
def propose_plan(
    *, funding: Funding, lines: Sequence[PlanLine], reason: str, handle: str, by: User,
    at: datetime,
) -> Plan:  # fmt: skip
    """Propose installments for everything that is not paid or on its way; the sum is the award.

    The same mark again returns the first.

    :raises BadInput: when it does not add up, or a later plan says no reason.
    :raises NotAllowed: when one is of the organization that gets it.
    :raises Refusal: when another proposal waits.
    """
    first: Plan | None = Plan.objects.filter(handle=handle).first()
    if first is not None:
        return first
    held = hold(funding.pk)
    _refuse_not_signed(held)
    refuse_recipient(held, by)
    checked = rules.checked_lines(lines, funding=held, wanted_fen=_to_plan(held))
    last = Plan.objects.filter(funding=held).aggregate(last=Max("number"))["last"] or 0
    said = words(reason, "reason", "调整原因", REASON_MOST, wanted=False)
    if last and not said:
        raise BadInput("请写明为什么调整计划。", field="reason")
    plan = Plan(handle=handle, funding=held, number=last + 1, reason=said, made_at=at, made_by=by)
    try:
        with transaction.atomic():
            plan.save(force_insert=True)
    except IntegrityError as error:
        raise Refusal("已经有一份计划等待同意，请先办完它。", code="payouts.plan_waits") from error
    number = _kept(held).aggregate(last=Max("number"))["last"] or 0
    Installment.objects.bulk_create(
        Installment(
            plan=plan, funding=held, number=number + place, fen=line.fen, due_on=line.due_on,
            milestone=line.milestone,
        )
        for place, line in enumerate(checked, start=1)
    )  # fmt: skip
    record("payouts.propose_plan", plan, by=by, at=at, funding=held.pk, number=plan.number)
    return plan


def _refuse_not_signed(funding: Funding) -> None:
    """Refuse to plan before the milestones are signed, or when the project ends.

    :raises WrongState: when it is so.
    """
    if funding.state not in (FundingState.RUNNING, FundingState.SUSPENDED):
        raise WrongState(
            f"项目现在是“{funding.get_state_display()}”，签署协议以后、结项以前才能安排拨付计划。",
            code="payouts.not_signed",
        )


def _kept(funding: Funding) -> QuerySet[Installment]:
    return Installment.objects.filter(funding=funding, state__in=KEPT)


def _to_plan(funding: Funding) -> int:
    """Return how much of the award is neither paid nor on its way; fen."""
    kept: int = _kept(funding).aggregate(fen=Sum("fen"))["fen"] or 0
    return funding.awarded_fen - kept


@transaction.atomic
def agree_plan(*, plan: Plan, by: User, at: datetime) -> Plan:
    """Agree to installments; those that were open before are dropped.

    :raises NotAllowed: when one proposed them oneself.
    :raises WrongState: when something was paid meanwhile, so that the sum fits no more.
    """
    refuse_own(plan.made_by_id, by, _OWN)
    funding = hold(plan.funding_id)
    _refuse_not_signed(funding)
    refuse_recipient(funding, by)
    planned: int = plan.installments.aggregate(fen=Sum("fen"))["fen"] or 0
    if planned != _to_plan(funding):
        raise WrongState(
            "提出计划以后拨付情况变了，请退回这份计划，重新提出。", code="payouts.plan_is_old"
        )
    for former in Plan.objects.filter(funding=funding, state=S.AGREED):
        step(former, PLAN_FLOW, "replace")
    Installment.objects.filter(funding=funding, state=N.OPEN).update(state=N.DROPPED)
    step(plan, PLAN_FLOW, "agree", decided_by=by, decided_at=at)
    plan.installments.update(state=N.OPEN)
    live = Installment.objects.filter(funding=funding, state__in=INSTALLMENT_LIVE)
    if live.aggregate(fen=Sum("fen"))["fen"] != funding.awarded_fen:
        raise WrongState(TOO_SLOW, code="payouts.was_faster")
    record("payouts.agree_plan", plan, by=by, at=at, funding=funding.pk, number=plan.number)
    return plan


@transaction.atomic
def refuse_plan(*, plan: Plan, words: str, by: User, at: datetime) -> Plan:
    """Do not agree to a proposal.

    :raises NotAllowed: when one proposed it oneself, or is of the organization.
    :raises BadInput: without a reason.
    """
    refuse_own(plan.made_by_id, by, _OWN)
    refuse_recipient(plan.funding, by)
    reason = rules.said(words, "不同意的原因")
    step(plan, PLAN_FLOW, "refuse", decided_by=by, decided_at=at, words=reason)
    plan.installments.update(state=N.DROPPED)
    record("payouts.refuse_plan", plan, by=by, at=at, funding=plan.funding_id)
    return plan


@transaction.atomic
def withdraw_plan(*, plan: Plan, by: User, at: datetime) -> Plan:
    """Take one's proposal back."""
    step(plan, PLAN_FLOW, "withdraw")
    plan.installments.update(state=N.DROPPED)
    record("payouts.withdraw_plan", plan, by=by, at=at, funding=plan.funding_id)
    return plan
