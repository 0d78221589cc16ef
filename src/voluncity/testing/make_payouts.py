"""Accounts, plans and payments for tests, in whatever state they are needed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from django.utils.timezone import now

from voluncity.city.access.permissions import Role
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User
from voluncity.city.regions.models import Region
from voluncity.fund.grants import actions as grants
from voluncity.fund.grants.models import Funding
from voluncity.fund.payouts import actions
from voluncity.fund.payouts.models import Disbursement, Payee, PaymentList, Plan, Return
from voluncity.fund.payouts.rules import PayeePlan, PlanLine, ReturnPlan, owner_name
from voluncity.kernel.clock import local_date
from voluncity.testing.make_fund import make_fund, scanned
from voluncity.testing.make_grants import make_funding
from voluncity.testing.make_orgs import give
from voluncity.testing.make_people import NOON, make_user

_numbers = count(1)
NUMBER = "14050110234500000123"


def handle() -> str:
    """Return a mark as a page draws one."""
    return f"payout-{next(_numbers):08d}"


def make_staff(funding: Funding, role: Role, name: str) -> User:
    """Return somebody who has a role where the fund is."""
    user = make_user(name)
    give(user, role, funding.fund.region)
    return user


def make_finance(funding: Funding, name: str = "财务小赵") -> User:
    """Return an accountant of the fund."""
    return make_staff(funding, Role.FUND_FINANCE, name)


def payee_plan(funding: Funding, **said: Any) -> PayeePlan:
    """Return an account in the recipient's name."""
    usual: dict[str, Any] = {
        "holder": owner_name(funding), "why_other": "", "bank": "晋商银行并州路支行",
        "number": NUMBER,
    }  # fmt: skip
    return PayeePlan(**(usual | said))


def enter(funding: Funding, *, by: User | None = None, at: datetime = NOON, **said: Any) -> Payee:
    """Return an account that waits to be verified."""
    return actions.enter_payee(
        funding=funding, plan=payee_plan(funding, **said), proof=scanned(), handle=handle(),
        by=by or make_user("会计小孙"), at=at,
    )  # fmt: skip


def make_account(funding: Funding, *, at: datetime = NOON, **said: Any) -> Payee:
    """Return an account that another person has verified."""
    payee = enter(funding, at=at, **said)
    words = "与开户许可证一致。"
    return actions.verify_payee(payee=payee, words=words, by=make_user("复核小郑"), at=at)


def plan_lines(funding: Funding, *shares: int) -> list[PlanLine]:
    """Return the first installment on the agreement, the others with the milestones."""
    milestones = [None, *funding.milestones.all()]
    sums = shares or (funding.awarded_fen // 2, funding.awarded_fen - funding.awarded_fen // 2)
    day = local_date(funding.opened_at) + timedelta(days=30)
    return [
        PlanLine(fen, milestones[place % len(milestones)], day + timedelta(days=30 * place))
        for place, fen in enumerate(sums)
    ]


def propose(funding: Funding, *shares: int, by: User | None = None, reason: str = "",
            at: datetime = NOON) -> Plan:  # fmt: skip
    """Return a plan that waits for another one."""
    return actions.propose_plan(
        funding=funding, lines=plan_lines(funding, *shares), reason=reason, handle=handle(),
        by=by or make_user("经办小李"), at=at,
    )  # fmt: skip


def make_plan(funding: Funding, *shares: int, reason: str = "", at: datetime = NOON) -> Plan:
    """Return a plan to which another one agreed: half at once, half with the first milestone."""
    plan = propose(funding, *shares, reason=reason, at=at)
    return actions.agree_plan(plan=plan, by=make_user("复核小郑"), at=at)


def make_ready(*shares: int, at: datetime = NOON, **said: Any) -> Funding:
    """Return a project that runs, with an account and a plan."""
    funding = make_funding(at=at, **said)
    make_account(funding, at=at)
    make_plan(funding, *shares, at=at)
    return funding


def ask(funding: Funding, number: int = 1, *, by: User | None = None, at: datetime = NOON
        ) -> Disbursement:  # fmt: skip
    """Ask for an installment; its milestone is accepted first."""
    installment = funding.installments.get(number=number, state="open")
    accept(funding, installment.milestone, at=at)
    return actions.ask_payment(
        installment=installment, handle=handle(), by=by or make_user("经办小李"), at=at
    )


def accept(funding: Funding, milestone: Any, *, at: datetime = NOON) -> None:
    """Accept a milestone that is not accepted."""
    if milestone is not None and not milestone.is_accepted:
        grants.accept_milestone(milestone=milestone, by=make_user("项目官员"), at=at)


def approve(payment: Disbursement, *, by: User | None = None, at: datetime = NOON) -> Disbursement:
    """Approve a request as somebody else."""
    return actions.approve_payment(payment=payment, by=by or make_user("复核小郑"), at=at)


def make_list(*payments: Disbursement, by: User | None = None, at: datetime = NOON) -> PaymentList:
    """Return a list of approved payments."""
    return actions.make_list(
        fund=payments[0].funding.fund, payment_ids=[one.pk for one in payments], handle=handle(),
        by=by or make_user("出纳小吴"), at=at,
    )  # fmt: skip


def export(made: PaymentList, kind: str = "csv", *, at: datetime = NOON) -> bytes:
    """Return the bytes of a list."""
    return actions.export_list(
        payment_list=made, kind=kind, by=make_user("出纳小吴"), at=at
    )[1]  # fmt: skip


def make_listed(funding: Funding, number: int = 1, *, at: datetime = NOON) -> Disbursement:
    """Return a payment that the bank has got."""
    payment = approve(ask(funding, number, at=at), at=at)
    export(make_list(payment, at=at), at=at)
    payment.refresh_from_db()
    return payment


def confirm(payment: Disbursement, ref: str = "", *, by: User | None = None, at: datetime = NOON
            ) -> Disbursement:  # fmt: skip
    """Say that the bank has paid."""
    return actions.confirm_payment(
        payment=payment, bank_ref=ref or f"JSB2026{next(_numbers):08d}", on=local_date(at),
        by=by or make_user("出纳小吴"), at=at,
    )  # fmt: skip


def make_paid(funding: Funding, number: int = 1, *, at: datetime = NOON) -> Disbursement:
    """Return a payment that is in the books."""
    return confirm(make_listed(funding, number, at=at), at=at)


def return_plan(fen: int, *, at: datetime = NOON, **said: Any) -> ReturnPlan:
    """Return what came back today."""
    usual: dict[str, Any] = {
        "fen": fen, "on": local_date(at), "bank_ref": f"TK2026{next(_numbers):08d}",
        "reason": "活动场次减少，剩余资金退回。",
    }  # fmt: skip
    return ReturnPlan(**(usual | said))


def enter_return(funding: Funding, fen: int, *, by: User | None = None, at: datetime = NOON,
                 **said: Any) -> Return:  # fmt: skip
    """Write down what came back."""
    return actions.enter_return(
        funding=funding, plan=return_plan(fen, at=at, **said), proof=None, handle=handle(),
        by=by or make_user("经办小李"), at=at,
    )  # fmt: skip


def make_world_payouts(county: Region, organization: Organization) -> dict[str, Any]:
    """Make one of everything for a half of the world."""
    at = now().astimezone(UTC)
    fund, party = make_fund(county, at=at), make_user("李桂芳")
    funding = make_funding(
        fund=fund, organization=organization, admin=party, officer=make_user("韩梅"), at=at
    )
    make_account(funding, at=at)
    waiting = enter(funding, number=f"9988776655{funding.pk:06d}", by=party, at=at)
    make_plan(funding, 500_000, 500_000, 500_000, 500_000, at=at)
    paid = make_paid(funding, 1, at=at)
    receipt = actions.add_receipt(payment=paid, paper=scanned(), by=party, at=at)
    asked = ask(funding, 2, at=at)
    money = actions.enter_return(
        funding=funding, plan=return_plan(10_000, at=at), proof=scanned(), handle=handle(),
        by=make_user("经办小李"), at=at,
    )  # fmt: skip
    plan = propose(funding, 400_000, 600_000, reason="分两次拨付", at=at)
    return {
        "payout_funding": funding.pk, "payout_account": waiting.pk, "payout": asked.pk,
        "payout_paid": paid.pk, "payout_list": paid.list_id, "payout_return": money.pk,
        "payout_receipt": receipt.pk, "payout_plan": plan.pk,
        "payout_installment": funding.installments.get(number=3, state="open").pk,
    }  # fmt: skip
