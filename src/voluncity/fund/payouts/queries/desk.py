"""The desk: payments, accounts, lists and returns within reach, and what waits for whom."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from voluncity.city.access import personal
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import people_with
from voluncity.city.access.scopes import Scope
from voluncity.city.orgs.states import OrgState
from voluncity.fund.governance.models import Fund
from voluncity.fund.grants.states import FundingState, MilestoneState
from voluncity.fund.payouts.models import (
    Disbursement,
    Installment,
    Payee,
    PaymentList,
    Plan,
    Return,
)
from voluncity.fund.payouts.rules import Answer, Line, Row
from voluncity.fund.payouts.states import (
    InstallmentState,
    ListState,
    PayeeState,
    PayState,
    PlanState,
    ReturnState,
)
from voluncity.kernel.text import clean, number_in

S = PayState
TASKS = (
    (S.ASKED, "待复核"), (S.APPROVED, "待列清单"), (S.LISTED, "待付款"), (S.PAID, "已拨付"),
    (S.FAILED, "付款失败"), (S.BOUNCED, "银行退汇"),
)  # fmt: skip


@dataclass(frozen=True)
class Filters:
    """What is asked among the payments."""

    words: str = ""
    state: str = ""
    fund_id: int | None = None
    year: int | None = None


def detailed_payments() -> Any:
    """Return payments with what their pages show."""
    return Disbursement.objects.select_related(
        "funding__fund__region", "funding__organization", "funding__region",
        "installment__milestone", "payee", "list", "asked_by", "decided_by", "confirmed_by",
    )  # fmt: skip


def payments(scope: Scope, filters: Filters) -> Any:
    """Return the payments within reach, the newest first."""
    found = detailed_payments().in_scope(scope)
    for word in clean(filters.words)[:60].split():
        number = number_in(word.upper().removeprefix("BF"))
        found = found.filter(
            Q(funding__title__icontains=word)
            | Q(funding__number__icontains=word)
            | Q(funding__recipient__icontains=word)
            | Q(bank_ref=word)
            | Q(pk=number or 0)
        )
    if filters.state in S.values:
        found = found.filter(state=filters.state)
    if filters.fund_id is not None:
        found = found.filter(funding__fund=filters.fund_id)
    if filters.year is not None:
        found = found.filter(paid_on__year=filters.year)
    return found.order_by("-pk")


def counted(scope: Scope) -> list[tuple[str, str, int]]:
    """Return how many payments stand in each state that is worked off."""
    rows = Disbursement.objects.in_scope(scope).order_by().values("state")
    counts = {row["state"]: row["number"] for row in rows.annotate(number=Count("pk"))}
    return [(state, label, counts.get(state, 0)) for state, label in TASKS]


def funds_in(scope: Scope) -> QuerySet[Fund]:
    """Return the funds within reach."""
    found: QuerySet[Fund] = Fund.objects.in_scope(scope).order_by("pk")
    return found


def detailed_accounts() -> Any:
    """Return accounts with what their pages show."""
    return Payee.objects.select_related(
        "fund__region", "organization", "region", "proof", "made_by", "decided_by", "replaces"
    )


def accounts(scope: Scope, *, state: str = "") -> Any:
    """Return the accounts within reach, what waits first."""
    found = detailed_accounts().in_scope(scope)
    if state in PayeeState.values:
        found = found.filter(state=state)
    return found.order_by("-pk")


def detailed_lists() -> Any:
    """Return lists with what their pages show, without their sealed rows."""
    rows = PaymentList.objects.select_related("fund__region", "made_by", "exported_by")
    return rows.defer("rows_cipher")


def lists(scope: Scope) -> Any:
    """Return the lists within reach, the newest first."""
    waits = Count("lines", filter=Q(lines__state=S.LISTED))
    return detailed_lists().in_scope(scope).annotate(waits=waits).order_by("-pk")


def rows_of(payment_list: PaymentList) -> list[Row]:
    """Return the frozen rows of a list, with whole account numbers."""
    text = personal.unseal(payment_list.rows_cipher, bound_to=payment_list.bound_to)
    return [Row(*one) for one in json.loads(text)]


def matched(
    payment_list: PaymentList, lines: Sequence[Line]
) -> tuple[list[Answer], list[tuple[int, str]]]:
    """Return the bank's answers about a list, and the rows of the file that fit none of it."""
    ours = {one.pk: one for one in payment_list.lines.all()}
    answers, faults = [], []
    for line in lines:
        payment = ours.get(line.payment_id)
        if payment is None:
            faults.append((line.row, "这份清单里没有这个付款编号。"))
        elif line.fen is not None and line.fen != payment.fen:
            faults.append((line.row, f"金额与清单不同，清单上是 {payment.text}。"))
        else:
            answers.append(Answer(payment.pk, line.bank_ref, line.on, line.words))
    return answers, faults


def detailed_returns() -> Any:
    """Return what came back with what its pages show."""
    return Return.objects.select_related(
        "funding__fund__region", "funding__organization", "disbursement", "proof", "made_by",
        "decided_by",
    )  # fmt: skip


def returns(scope: Scope) -> Any:
    """Return what came back within reach, the newest first."""
    return detailed_returns().in_scope(scope).order_by("-pk")


def offices_of(fund: Fund, permission: Permission) -> list[int]:
    """Return the accounts that may do something about the payments of a fund."""
    holders = people_with(permission, organization_path="", region_path=fund.region.path)
    return sorted({grant.user_id for grant in holders})


def others_with_number(payee: Payee) -> list[str]:
    """Return whose accounts have the same number: several recipients, one account."""
    same = Payee.objects.filter(
        number_index=payee.number_index, state__in=[PayeeState.ENTERED, PayeeState.VERIFIED]
    ).exclude(owner=payee.owner)
    return sorted(set(same.values_list("owner_name", flat=True)))


# -- Piles: what waits, without what one may not decide oneself ----------------------------------


def to_verify(scope: Scope) -> QuerySet[Payee]:
    """Return the accounts that wait to be verified."""
    found: QuerySet[Payee] = Payee.objects.in_scope(scope).filter(state=PayeeState.ENTERED)
    return found


def plans_waiting(scope: Scope) -> QuerySet[Plan]:
    """Return the plans that wait for another one to agree."""
    found: QuerySet[Plan] = Plan.objects.in_scope(scope).filter(state=PlanState.PROPOSED)
    return found


def ready(scope: Scope) -> QuerySet[Installment]:
    """Return the installments within reach that may be asked for now."""
    found: QuerySet[Installment] = may_be_asked_for(Installment.objects.in_scope(scope))
    return found


def may_be_asked_for(rows: QuerySet[Installment]) -> Any:
    """Return those of some installments that may be asked for, with since when: `ready_at`.

    Whether the account still rests is a question of the hour, and not asked here.
    """
    accounts = Payee.objects.filter(fund=OuterRef("funding__fund"), state=PayeeState.VERIFIED)
    its_account = accounts.filter(
        Q(organization=OuterRef("funding__organization"))
        | Q(
            organization=None,
            region=OuterRef("funding__region"),
            owner_name=OuterRef("funding__recipient"),
        )
    )
    return rows.filter(
        Q(milestone=None) | Q(milestone__state=MilestoneState.ACCEPTED),
        Q(funding__organization=None) | Q(funding__organization__state=OrgState.ACTIVE),
        Exists(its_account),
        state=InstallmentState.OPEN,
        funding__state=FundingState.RUNNING,
    ).annotate(ready_at=Coalesce("milestone__accepted_at", "plan__decided_at"))


def approvals(scope: Scope) -> QuerySet[Disbursement]:
    """Return the requests that wait for another one to approve."""
    found: QuerySet[Disbursement] = Disbursement.objects.in_scope(scope).filter(state=S.ASKED)
    return found


def to_list(scope: Scope) -> QuerySet[Disbursement]:
    """Return the approved payments that stand on no list yet."""
    found: QuerySet[Disbursement] = Disbursement.objects.in_scope(scope).filter(state=S.APPROVED)
    return found


def lists_waiting(scope: Scope) -> QuerySet[PaymentList]:
    """Return the lists that nobody has exported yet."""
    found: QuerySet[PaymentList] = PaymentList.objects.in_scope(scope)
    return found.filter(state=ListState.MADE)


def to_confirm(scope: Scope) -> QuerySet[Disbursement]:
    """Return the payments that the bank has got and about which it has not answered."""
    found: QuerySet[Disbursement] = Disbursement.objects.in_scope(scope)
    return found.filter(state=S.LISTED, list__state=ListState.EXPORTED)


def waiting(scope: Scope) -> QuerySet[Return]:
    """Return money that came back and that another one has to confirm."""
    found: QuerySet[Return] = Return.objects.in_scope(scope).filter(state=ReturnState.ENTERED)
    return found
