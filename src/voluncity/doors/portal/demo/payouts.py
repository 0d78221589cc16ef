"""Money of the demo fund on its way: paid, at the bank, asked for; accounts to verify."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import SimpleUploadedFile

from voluncity.city.files.rules import Checked, check_document
from voluncity.city.people.models import User
from voluncity.fund.grants.models import Funding
from voluncity.fund.payouts import actions, queries
from voluncity.fund.payouts.models import Disbursement, Payee
from voluncity.fund.payouts.rules import PayeePlan, PlanLine
from voluncity.kernel.clock import local_date

if TYPE_CHECKING:
    from voluncity.doors.portal.demo.cast import Cast

DAY = timedelta(days=1)
RUNNING, STATION, STOPPED = "暖冬送餐到家", "服务站便民角更新", "河道救援绳抛投训练"
BANKS = ("晋商银行并州路支行", "太原农商银行桥东街支行", "中国建设银行太原汾河支行")


def pay_projects(cast: Cast, *, at: datetime) -> None:
    """Pay one installment, leave one with the bank and one to approve, and accounts to verify."""
    office, finance = cast.staff["demo-fund-office"], cast.staff["demo-fund-finance"]
    admin = cast.staff["demo-org-admin"]
    running, station, stopped = (
        Funding.objects.select_related("fund", "organization", "region").get(title=title)
        for title in (RUNNING, STATION, STOPPED)
    )
    till = _Till(office, finance)
    till.account(running, 0, by=admin, at=at - 38 * DAY)
    till.plan(running, (40, 40, 20), at=at - 37 * DAY)
    paid = till.pay(running, 1, at=at - 35 * DAY)
    actions.add_receipt(payment=paid, paper=_paper("收款收据"), by=admin, at=at - 32 * DAY)
    till.send(running, 2, at=at - 2 * DAY)
    till.account(station, 1, by=office, at=at - 20 * DAY)
    till.plan(station, (100,), at=at - 19 * DAY)
    till.ask(station, 1, at=at - 3 * DAY)
    _enter(stopped, 2, by=office, at=at - DAY)


class _Till:
    """Who works on the payments of the demo fund: the office asks, finance decides."""

    def __init__(self, office: User, finance: User) -> None:
        self.office, self.finance = office, finance

    def account(self, funding: Funding, place: int, *, by: User, at: datetime) -> None:
        """Enter the account of a recipient that has none yet, and have it verified."""
        if queries.account_of(funding) is not None:
            return
        payee = _enter(funding, place, by=by, at=at)
        actions.verify_payee(payee=payee, words="", by=self.finance, at=at + DAY / 4)

    def plan(self, funding: Funding, percents: Sequence[int], *, at: datetime) -> None:
        """Plan installments: the first on the agreement, each other one with a milestone."""
        milestones = [None, *funding.milestones.order_by("number")]
        lines = [
            PlanLine(
                funding.awarded_fen * percent // 100, milestones[place],
                local_date(at) + (10 + 40 * place) * DAY,
            )
            for place, percent in enumerate(percents)
        ]  # fmt: skip
        plan = actions.propose_plan(
            funding=funding, lines=lines, reason="", handle=f"demo-plan-{funding.pk}",
            by=self.office, at=at,
        )  # fmt: skip
        actions.agree_plan(plan=plan, by=self.finance, at=at + DAY / 4)

    def ask(self, funding: Funding, number: int, *, at: datetime) -> Disbursement:
        """Ask for an installment."""
        installment = funding.installments.get(number=number, state="open")
        return actions.ask_payment(
            installment=installment, handle=f"demo-pay-{installment.pk}", by=self.office, at=at
        )

    def send(self, funding: Funding, number: int, *, at: datetime) -> Disbursement:
        """Approve an installment and give it to the bank."""
        payment = self.ask(funding, number, at=at)
        actions.approve_payment(payment=payment, by=self.finance, at=at + DAY / 24)
        made = actions.make_list(
            fund=funding.fund, payment_ids=[payment.pk], handle=f"demo-list-{payment.pk}",
            by=self.finance, at=at + DAY / 12,
        )  # fmt: skip
        actions.export_list(payment_list=made, kind="xlsx", by=self.finance, at=at + DAY / 8)
        payment.refresh_from_db()
        return payment

    def pay(self, funding: Funding, number: int, *, at: datetime) -> Disbursement:
        """Pay an installment and confirm it the next day."""
        payment = self.send(funding, number, at=at)
        return actions.confirm_payment(
            payment=payment, bank_ref=f"JSB{local_date(at):%Y%m%d}{payment.pk:06d}",
            on=local_date(at + DAY), by=self.finance, at=at + DAY,
        )  # fmt: skip


def _enter(funding: Funding, place: int, *, by: User, at: datetime) -> Payee:
    name = funding.organization.name if funding.organization else funding.recipient
    number = f"1405{funding.pk:06d}{place:03d}0{20260000 + funding.pk:08d}"
    return actions.enter_payee(
        funding=funding, proof=_paper("开户许可证（演示）"), handle=f"demo-account-{funding.pk}",
        plan=PayeePlan(holder=name, why_other="", bank=BANKS[place], number=number),
        by=by, at=at,
    )  # fmt: skip


def _paper(name: str) -> Checked:
    """Return a paper of one page; every one is another."""
    raw = f"%PDF-1.4\n% {name}\n1 0 obj<</Type/Catalog>>endobj\ntrailer<<>>\n%%EOF\n".encode()
    return check_document(SimpleUploadedFile(f"{name}.pdf", raw, content_type="application/pdf"))
