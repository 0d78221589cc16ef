"""One funded project: what was paid, what comes when, what it waits for; an organization's own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F, Sum

from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import people_with
from voluncity.city.access.scopes import Scope
from voluncity.city.orgs.rules import OpenWork
from voluncity.fund.governance.models import Fund
from voluncity.fund.grants.models import Funding
from voluncity.fund.grants.states import OVER, FundingState
from voluncity.fund.payouts import rules
from voluncity.fund.payouts.models import Disbursement, Installment, Payee, Plan, Return
from voluncity.fund.payouts.queries.money import account_of, missing_of
from voluncity.fund.payouts.states import (
    IN_FLIGHT,
    INSTALLMENT_LIVE,
    InstallmentState,
    PayeeState,
    PayState,
    PlanState,
    ReturnKind,
    ReturnState,
)
from voluncity.kernel.money import yuan_text

LOOKED_BACK = timedelta(days=60)


@dataclass(frozen=True)
class Money:
    """What became of a project's award; fen."""

    awarded: int
    paid: int
    on_its_way: int
    returned: int

    @property
    def awarded_text(self) -> str:
        """Return how much was awarded."""
        return yuan_text(self.awarded)

    @property
    def paid_text(self) -> str:
        """Return how much was paid."""
        return yuan_text(self.paid)

    @property
    def on_its_way_text(self) -> str:
        """Return how much was asked for and is not paid."""
        return yuan_text(self.on_its_way)

    @property
    def returned_text(self) -> str:
        """Return how much came back."""
        return yuan_text(self.returned)

    @property
    def rest_text(self) -> str:
        """Return how much is not paid."""
        return yuan_text(self.awarded - self.paid)


def money_of(fundings: Sequence[Funding]) -> dict[int, Money]:
    """Return what became of the awards of some projects, by two questions for all."""
    ids = [one.pk for one in fundings]
    sums: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    payments = Disbursement.objects.filter(funding__in=ids).order_by()
    for funding, state, fen in payments.values_list("funding", "state").annotate(fen=Sum("fen")):
        if state == PayState.PAID:
            sums[funding]["paid"] += fen
        elif state in IN_FLIGHT:
            sums[funding]["on_its_way"] += fen
    back = Return.objects.filter(
        funding__in=ids, state=ReturnState.CONFIRMED, kind=ReturnKind.UNUSED
    ).order_by()
    for funding, fen in back.values_list("funding").annotate(fen=Sum("fen")):
        sums[funding]["returned"] += fen
    return {
        one.pk: Money(
            one.awarded_fen, sums[one.pk]["paid"], sums[one.pk]["on_its_way"],
            sums[one.pk]["returned"],
        )
        for one in fundings
    }  # fmt: skip


def own(scope: Scope) -> Any:
    """Return the projects of an organization's people, those that go on first."""
    found = Funding.objects.in_scope(scope).exclude(state=FundingState.CANCELLED)
    going_on_first = F("ended_at").asc(nulls_first=True)  # databases differ about where none is
    return found.select_related("fund", "organization").order_by(
        going_on_first, "-opened_at", "-pk"
    )


@dataclass(frozen=True)
class Place:
    """One installment with its payments and with what it waits for."""

    installment: Installment
    payment: Disbursement | None  # the last one
    former: Sequence[Disbursement]  # those that came to nothing
    waits_for: Sequence[str]
    is_late: bool


def places(funding: Funding, *, at: datetime, today: date) -> list[Place]:
    """Return the installments of the plan that holds, in their order."""
    account = account_of(funding)
    live = Installment.objects.filter(funding=funding, state__in=INSTALLMENT_LIVE)
    made: dict[int, list[Disbursement]] = defaultdict(list)
    rows = Disbursement.objects.filter(funding=funding).order_by("-pk")
    for payment in rows.select_related("payee", "list").prefetch_related("receipts__file"):
        made[payment.installment_id].append(payment)
    found = []
    for one in live.select_related("milestone").order_by("number"):
        all_of_it = made[one.pk]
        holds = one.state != InstallmentState.OPEN and bool(all_of_it)
        waits = [] if holds else missing_of(one, funding, account, at=at)
        if not holds and funding.state in OVER:
            waits = [f"项目{funding.get_state_display()}，这一期不再拨付。"]
        late = one.state != InstallmentState.PAID and one.due_on < today
        late = late and funding.state not in OVER
        found.append(
            Place(one, all_of_it[0] if holds else None, all_of_it[1 if holds else 0 :], waits, late)
        )
    return found


def of_funding(funding: Funding) -> dict[str, Any]:
    """Return accounts, plans and returns of a project, for its page."""
    owner = rules.owner_of(funding)
    accounts = Payee.objects.filter(fund=funding.fund_id, owner=owner)
    plans = Plan.objects.filter(funding=funding).select_related("made_by", "decided_by")
    back = Return.objects.filter(funding=funding).select_related("made_by", "disbursement")
    return {
        "account": accounts.filter(state=PayeeState.VERIFIED).first(),
        "waiting_account": accounts.filter(state=PayeeState.ENTERED).first(),
        "accounts": accounts.select_related("made_by", "decided_by"),
        "proposal": plans.filter(state=PlanState.PROPOSED)
        .prefetch_related("installments__milestone")
        .first(),
        "plans": plans,
        "returns": back,
    }


def speakers_of(payee: Payee) -> list[int]:
    """Return the accounts that speak for the organization whose bank account it is."""
    if payee.organization is None:
        return []
    holders = people_with(
        Permission.GRANT_APPLY, organization_path=payee.organization.path, region_path=""
    )
    return sorted({grant.user_id for grant in holders})


def open_work(*, organization_id: int, at: datetime) -> list[OpenWork]:
    """Return what an organization must see through before it ends."""
    del at
    rows = Disbursement.objects.filter(funding__organization=organization_id, state__in=IN_FLIGHT)
    count = rows.count()
    return [OpenWork(f"{count} 笔基金拨付没有办结，请等付款或请基金撤回")] if count else []


def receipts_due(*, days: int, today: date) -> Iterable[Disbursement]:
    """Return payments of so many days ago, and of the weeks before, for which no receipt came.

    So nobody is forgotten when a payment was confirmed late, or no worker ran for some days.
    """
    last = today - timedelta(days=days)
    rows = Disbursement.objects.filter(
        state=PayState.PAID, paid_on__range=(last - LOOKED_BACK, last), receipts=None
    )
    return rows.select_related("funding__organization", "installment").order_by("pk")


def work_of_fund(*, fund: Fund, at: datetime) -> list[str]:
    """Say which payments and returns are not settled, before a fund ends."""
    del at
    flying = Disbursement.objects.filter(funding__fund=fund, state__in=IN_FLIGHT).count()
    back = Return.objects.filter(funding__fund=fund, state=ReturnState.ENTERED).count()
    found = [f"{flying} 笔拨付没有办结"] if flying else []
    return found + ([f"{back} 笔拨付退回没有确认"] if back else [])
