"""How much of a funded project is paid, on its way, reserved; what an installment waits for."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Min, Sum

from voluncity.city.orgs.states import OrgState
from voluncity.fund.books import queries as books
from voluncity.fund.books.models import Entry
from voluncity.fund.books.states import EntryKind
from voluncity.fund.grants.models import Funding
from voluncity.fund.grants.states import FundingState, MilestoneState
from voluncity.fund.payouts import rules
from voluncity.fund.payouts.models import Disbursement, Installment, Payee, Return
from voluncity.fund.payouts.rules import Part
from voluncity.fund.payouts.states import (
    IN_FLIGHT,
    InstallmentState,
    PayeeState,
    PayState,
    ReturnKind,
    ReturnState,
)
from voluncity.kernel.clock import stamp_text


def _sum(rows: object) -> int:
    found: int = rows.aggregate(fen=Sum("fen"))["fen"] or 0  # type: ignore[attr-defined]
    return found


def paid(funding: Funding) -> int:
    """Return what was paid and did not bounce, in fen; what was returned is not taken off."""
    return _sum(Disbursement.objects.filter(funding=funding, state=PayState.PAID))


def returned(funding: Funding) -> int:
    """Return what the recipient has paid back, in fen."""
    return _sum(
        Return.objects.filter(funding=funding, state=ReturnState.CONFIRMED, kind=ReturnKind.UNUSED)
    )


def returning(funding: Funding) -> int:
    """Return what somebody wrote down as returned and nobody has confirmed yet, in fen."""
    return _sum(Return.objects.filter(funding=funding, state=ReturnState.ENTERED))


def in_flight(funding: Funding) -> int:
    """Return what was asked for and has no answer of the bank yet, in fen."""
    return _sum(Disbursement.objects.filter(funding=funding, state__in=IN_FLIGHT))


def reserves(funding: Funding) -> list[Part]:
    """Return what lies ready for a project in each of its purses."""
    return [
        Part(one.purpose_id, books.reserved(funding.fund, funding.award, one.purpose))
        for one in funding.sources.select_related("purpose")
    ]


def outs(funding: Funding) -> list[Part]:
    """Return what each purse has paid to a project and not got back."""
    return [
        Part(one.purpose_id, books.paid(funding.fund, funding.award, one.purpose))
        for one in funding.sources.select_related("purpose")
    ]


def reserved(funding: Funding) -> int:
    """Return what lies ready for a project, in fen."""
    return sum(part.fen for part in reserves(funding))


def releases(funding: Funding) -> int:
    """Return how many times something was released from a project's reserve."""
    rows = Entry.objects.filter(fund=funding.fund_id, award=funding.award)
    count: int = rows.filter(kind=EntryKind.RELEASE).count()
    return count


def first_paid_on(funding: Funding) -> date | None:
    """Return the day of the first payment."""
    rows = Disbursement.objects.filter(funding=funding, state=PayState.PAID)
    day: date | None = rows.aggregate(day=Min("paid_on"))["day"]
    return day


def account_of(funding: Funding) -> Payee | None:
    """Return the verified account to which a project's money goes."""
    found: Payee | None = Payee.objects.filter(
        fund=funding.fund_id, owner=rules.owner_of(funding), state=PayeeState.VERIFIED
    ).first()
    return found


def organization_stops(funding: Funding) -> str:
    """Return why an organization gets nothing now, as a sentence; "" when it may."""
    organization = funding.organization
    if organization is None or organization.state == OrgState.ACTIVE:
        return ""
    return f"受资助组织现在是“{organization.get_state_display()}”，不能拨付。"


def renamed(funding: Funding, account: Payee) -> str:
    """Return that a recipient has another name than its account by now; "" when it has not."""
    name = rules.owner_name(funding)
    if account.owner_name == name:
        return ""
    return f"受资助方已更名为“{name}”，请按新的名称更换收款账户。"


def missing(installment: Installment, *, funding: Funding, at: datetime) -> list[str]:
    """Return what has to happen before an installment can be asked for; empty: nothing."""
    return missing_of(installment, funding, account_of(funding), at=at)


def missing_of(
    installment: Installment, funding: Funding, account: Payee | None, *, at: datetime
) -> list[str]:
    """Return the same for a page that has asked for the account already."""
    said = []
    if installment.state != InstallmentState.OPEN:
        said.append(f"这一期现在是“{installment.get_state_display()}”。")
    if funding.state == FundingState.AGREEING:
        said.append("等签署协议。")
    elif funding.state != FundingState.RUNNING:
        said.append(f"项目现在是“{funding.get_state_display()}”，不能拨付。")
    if stops := organization_stops(funding):
        said.append(stops)
    milestone = installment.milestone
    if milestone is not None and milestone.state != MilestoneState.ACCEPTED:
        said.append(f"等里程碑“{milestone.title}”验收。")
    return said + _missing_of_account(funding, account, at=at)


def _missing_of_account(funding: Funding, account: Payee | None, *, at: datetime) -> list[str]:
    if account is None:
        return ["等登记并核对收款账户。"]
    if new_name := renamed(funding, account):
        return [new_name]
    if account.usable_from and account.usable_from > at:
        return [f"收款账户刚更换，{stamp_text(account.usable_from)} 起可以拨付。"]
    return []
