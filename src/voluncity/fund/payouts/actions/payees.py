"""Accounts: entered by one, verified by another with the paper, changed only by a new one."""

from __future__ import annotations

from datetime import datetime
from secrets import token_hex
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from voluncity.city.access import personal
from voluncity.city.files import actions as files
from voluncity.city.files.rules import Checked
from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.city.policy import queries as policy
from voluncity.fund.grants.models import Funding
from voluncity.fund.grants.states import OVER
from voluncity.fund.payouts import queries, rules
from voluncity.fund.payouts.actions.steps import refuse_own, step
from voluncity.fund.payouts.models import Payee
from voluncity.fund.payouts.rules import PayeePlan
from voluncity.fund.payouts.states import PAYEE_FLOW, PayeeState, RevealReason
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotAllowed, Refusal, WrongState
from voluncity.kernel.text import words

S = PayeeState
HOLDER_MOST, BANK_MOST, WHY_MOST = 60, 60, 200
_OWN = "这个账户是您登记的，请由另一位工作人员核对。"


@transaction.atomic
def enter_payee(
    *, funding: Funding, plan: PayeePlan, proof: Checked | None, handle: str, by: User,
    at: datetime,
) -> Payee:  # fmt: skip
    """Enter the account of who receives the money of a funded project, with its paper.

    The same mark again returns the first. One that is in use stays so until this is verified.

    :raises BadInput: at the field that is wrong.
    :raises Refusal: when another one waits already.
    """
    first: Payee | None = Payee.objects.filter(handle=handle).first()
    if first is not None:
        return first
    if funding.state in OVER:
        raise WrongState("这个项目已经结束，不再登记收款账户。", code="payouts.is_over")
    if proof is None:
        raise BadInput("请上传开户许可证、基本存款账户信息或银行卡的照片。", field="proof")
    payee = _written(funding, plan, handle=handle, by=by, at=at)
    _refuse_same(payee, payee.replaces)
    payee.proof = files.store(proof, subject=payee.bound_to, by=by, at=at)
    try:
        with transaction.atomic():
            payee.save(force_insert=True)
    except IntegrityError as error:
        raise Refusal(
            "已经有一个账户等待核对，请先办完它或撤回。", code="payouts.account_waits"
        ) from error
    record(
        "payouts.enter_payee", payee, by=by, at=at, fund=payee.fund_id, funding=funding.pk,
        replaces=payee.replaces_id,
    )  # fmt: skip
    return payee


def _written(
    funding: Funding, plan: PayeePlan, *, handle: str, by: User, at: datetime
) -> Payee:  # fmt: skip
    """Return the account that was typed in, its number sealed, without its paper."""
    number, owner = rules.account_number(plan.number), rules.owner_of(funding)
    in_use = Payee.objects.filter(fund=funding.fund_id, owner=owner, state=S.VERIFIED).first()
    key = token_hex(16)
    return Payee(
        handle=handle, key=key, fund_id=funding.fund_id, owner=owner, replaces=in_use,
        organization_id=funding.organization_id, region_id=funding.region_id,
        number_cipher=personal.seal(number, bound_to=f"payee:{key}"),
        number_index=personal.index(number, purpose="account"), tail=number[-4:],
        digits=len(number), made_at=at, made_by=by, **_named(funding, plan),
    )  # fmt: skip


def _named(funding: Funding, plan: PayeePlan) -> dict[str, Any]:
    """Return the names of an account: the holder is the recipient, or it is said why not."""
    owner_name = rules.owner_name(funding)
    holder = words(plan.holder, "holder", "开户名", HOLDER_MOST)
    why = words(plan.why_other, "why_other", "开户名不同的原因", WHY_MOST, wanted=False)
    if rules.is_same_name(holder, owner_name):
        holder, why = owner_name, ""
    elif not why:
        raise BadInput(
            f"开户名应为“{owner_name}”：{rules.differences(holder, owner_name)}。"
            "请核对；确实不同的，请在下面写明原因。", field="holder", code="payouts.other_holder",
        )  # fmt: skip
    bank = words(plan.bank, "bank", "开户银行", BANK_MOST)
    return {"owner_name": owner_name, "holder": holder, "why_other": why, "bank": bank}


def _refuse_same(payee: Payee, in_use: Payee | None) -> None:
    facts = ("number_index", "holder", "bank")
    if in_use and all(getattr(in_use, name) == getattr(payee, name) for name in facts):
        raise BadInput("和正在使用的账户完全一样，不用再登记。", field="number")


@transaction.atomic
def verify_payee(*, payee: Payee, words: str, by: User, at: datetime) -> Payee:
    """Say that an account is as its paper shows; a changed one rests before it gets money.

    :raises NotAllowed: when one entered it oneself.
    :raises BadInput: when the holder is named otherwise, or others have the same number, and
        nothing is said about it.
    """
    refuse_own(payee.made_by_id, by, _OWN)
    if by.pk in queries.speakers_of(payee):
        raise NotAllowed(
            "您是受资助组织的管理员，请由其他工作人员核对。", code="payouts.own_organization"
        )
    if payee.is_other and not words.strip():
        raise BadInput("开户名和受资助方不同，请写明怎样核实的。", field="words")
    if queries.others_with_number(payee) and not words.strip():
        raise BadInput("同一个账号还登记在别的受资助方名下，请写明怎样核实的。", field="words")
    remark = rules.said(words, "核对说明") if words.strip() else ""
    Payee.objects.select_for_update().filter(fund=payee.fund_id, owner=payee.owner).first()
    former = Payee.objects.filter(fund=payee.fund_id, owner=payee.owner)
    is_change = _is_change(payee)
    for one in former.filter(state=S.VERIFIED):
        step(one, PAYEE_FLOW, "replace")
    days = policy.number("payouts.cooling_days", on=local_date(at))
    step(
        payee, PAYEE_FLOW, "verify", decided_by=by, decided_at=at, words=remark,
        usable_from=rules.usable_from(verified_at=at, is_change=is_change, cooling_days=days),
    )  # fmt: skip
    record("payouts.verify_payee", payee, by=by, at=at, fund=payee.fund_id, change=is_change)
    return payee


def _is_change(payee: Payee) -> bool:
    """Return whether a recipient had another account before: here, or in another fund."""
    known = Payee.objects.filter(owner=payee.owner, state__in=[S.VERIFIED, S.STOPPED, S.REPLACED])
    here = Q(fund=payee.fund_id)
    return known.filter(here | ~Q(number_index=payee.number_index)).exists()


@transaction.atomic
def refuse_payee(*, payee: Payee, words: str, by: User, at: datetime) -> Payee:
    """Say that an account is not as its paper shows.

    :raises NotAllowed: when one entered it oneself.
    :raises BadInput: without a reason.
    """
    refuse_own(payee.made_by_id, by, _OWN)
    reason = rules.said(words, "没有通过的原因")
    step(payee, PAYEE_FLOW, "refuse", decided_by=by, decided_at=at, words=reason)
    record("payouts.refuse_payee", payee, by=by, at=at, fund=payee.fund_id)
    return payee


@transaction.atomic
def withdraw_payee(*, payee: Payee, by: User, at: datetime) -> Payee:
    """Take back an account that nobody has verified yet."""
    step(payee, PAYEE_FLOW, "withdraw")
    record("payouts.withdraw_payee", payee, by=by, at=at, fund=payee.fund_id)
    return payee


@transaction.atomic
def stop_payee(*, payee: Payee, words: str, by: User, at: datetime) -> Payee:
    """Let no money go to an account any more, at once and by anybody of the fund's finance.

    :raises BadInput: without a reason.
    """
    reason = rules.said(words, "停用的原因")
    step(payee, PAYEE_FLOW, "stop", words=reason)
    record("payouts.stop_payee", payee, by=by, at=at, fund=payee.fund_id)
    return payee


@transaction.atomic
def reveal_number(*, payee: Payee, reason: str, by: User, at: datetime) -> str:
    """Return the whole number and write down who read it and why.

    :raises BadInput: without a reason from the list.
    """
    if reason not in RevealReason.values:
        raise BadInput("请选择查看的原因，它会和您的名字一起记入操作记录。", field="reason")
    record("payouts.reveal", payee, by=by, at=at, reason=reason)
    return personal.unseal(payee.number_cipher, bound_to=payee.bound_to)


@transaction.atomic
def note_paper(*, payee: Payee, by: User, at: datetime) -> None:
    """Write down who opened the paper of an account, on which the whole number stands."""
    record("payouts.open_paper", payee, by=by, at=at)
