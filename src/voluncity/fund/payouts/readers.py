"""What follows: both sides hear of money; a project that ends takes its requests along."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse

from voluncity.city.access.permissions import Permission
from voluncity.city.inbox import actions as inbox
from voluncity.city.journal.models import Entry
from voluncity.city.orgs import queries as orgs
from voluncity.fund.governance.models import Fund
from voluncity.fund.grants import queries as grants
from voluncity.fund.grants.models import Funding
from voluncity.fund.payouts import actions, queries
from voluncity.fund.payouts.models import Disbursement, Installment, Payee, Plan, Return
from voluncity.fund.payouts.states import InstallmentState, ReturnKind
from voluncity.kernel.clock import stamp_text

P = Permission
_ENDS = {"grants.terminate", "grants.cancel", "grants.close"}
# Title for the recipient, sentence behind the name of the project.
_TO_RECIPIENT = {
    "payouts.agree_plan": ("拨付计划已确定", "各期金额和条件可以点开查看。"),
    "payouts.ask": ("已为您申请拨付", "复核和付款的进展可以点开查看。"),
    "payouts.confirm": ("资助款已拨付", "请核对到账，并上传收款收据。"),
    "payouts.fail": ("资助款没有付成功", "原因可以点开查看，请核对收款账户。"),
    "payouts.refuse": ("拨付申请被退回", "基金补正以后会重新申请。"),
    "payouts.withdraw": ("拨付申请已撤回", "原因可以点开查看。"),
    "payouts.confirm_return": ("退回的资助款已入账", "已计入项目的资金情况。"),
}
# Of money that the bank sent back: nobody has returned anything, and it has to be paid again.
_BOUNCED = ("资助款被银行退汇", "这笔钱没有付到，请核对收款账户，有误的请更换。")
# Who of the fund has to act, and what they read.
_TO_FUND = {
    "payouts.propose_plan": (P.PAYOUT_CHECK, "拨付计划待同意"),
    "payouts.ask": (P.PAYOUT_CHECK, "一笔拨付待复核"),
    "payouts.approve": (P.PAYOUT_CHECK, "一笔拨付待列清单"),
    "payouts.refuse": (P.PAYOUT_MAKE, "一笔拨付被退回"),
    "payouts.refuse_plan": (P.PAYOUT_MAKE, "拨付计划未同意"),
    "payouts.fail": (P.PAYOUT_MAKE, "一笔拨付付款失败，需要重新申请"),
    "payouts.enter_return": (P.PAYOUT_CHECK, "一笔退回待确认"),
    "payouts.refuse_return": (P.PAYOUT_MAKE, "一笔退回没有确认"),
    "payouts.withdraw": (P.PAYOUT_MAKE, "一笔拨付申请已撤回"),
}
_PAY_AGAIN = (P.PAYOUT_MAKE, "一笔拨付被银行退汇，需要重新申请")
_OF_RETURNS = {"payouts.enter_return", "payouts.confirm_return", "payouts.refuse_return"}
_ALARM = "如果不是您的组织办理的，请马上联系基金办公室。"
_OF_ACCOUNT = {
    "payouts.enter_payee": (
        "收款账户待核对", "刚刚有人为“{owner}”登记了收款账户 {account}。" + _ALARM,
    ),
    "payouts.verify_payee": (
        "收款账户已核对", "“{owner}”的收款账户 {account} 已核对，{from_when} 起可以拨付。" + _ALARM,
    ),
    "payouts.refuse_payee": ("收款账户核对未通过", "“{owner}”的收款账户 {account}：{words}"),
    "payouts.stop_payee": ("收款账户已停用", "“{owner}”的收款账户 {account} 已停用：{words}"),
}  # fmt: skip


def follow_projects(entries: list[Entry]) -> None:
    """Withdraw what the bank has not got when a project ends."""
    for entry in entries:
        if entry.verb in _ENDS and entry.subject_id:
            actions.end_requests_of(funding_id=entry.subject_id, at=entry.at)


def tell_people(entries: list[Entry]) -> None:
    """Tell the recipient and the fund what concerns them."""
    for entry in entries:
        if entry.verb in _OF_ACCOUNT:
            _tell_of_account(entry)
        elif entry.verb == "grants.accept_milestone":
            _tell_of_milestone(entry)
        elif entry.verb in _TO_RECIPIENT or entry.verb in _TO_FUND:
            _tell_of_money(entry)


def _tell_of_money(entry: Entry) -> None:
    rows = Funding.objects.select_related("fund__region", "organization")
    funding = rows.filter(pk=entry.data.get("funding", 0)).first()
    if funding is None:
        return
    to_recipient, to_fund = _told(entry)
    if to_recipient:
        title, more = to_recipient
        body = f"“{funding}”（编号 {funding.number}）：{_what(entry)}{more}"
        page = reverse("payouts:own_detail", args=[funding.pk])
        _send(entry, grants.staff_of(funding), title, body, page)
    if to_fund:
        permission, title = to_fund
        told = queries.offices_of(funding.fund, permission)
        others = [one for one in told if one != entry.actor_id]
        body = f"{funding.recipient}：“{funding}”，编号 {funding.number}。{_what(entry)}"
        _send(entry, others, title, body, reverse("payouts:desk_funding", args=[funding.pk]))


def _tell_of_milestone(entry: Entry) -> None:
    """Tell who asks for payments that the installments of a milestone may be asked for."""
    milestone = entry.data.get("milestone", 0)
    rows = Installment.objects.filter(milestone=milestone, state=InstallmentState.OPEN)
    for one in rows.select_related("funding__fund__region"):
        funding = one.funding
        body = f"{funding.recipient}：“{funding}”，编号 {funding.number}。{one} {one.text}。"
        told = queries.offices_of(funding.fund, P.PAYOUT_MAKE)
        page = reverse("payouts:desk_funding", args=[funding.pk])
        _send(entry, told, f"{one}拨付可以申请了", body, page)


def _told(entry: Entry) -> tuple[tuple[str, str] | None, tuple[Permission, str] | None]:
    """Return what the recipient hears and what the fund hears; money that bounced is otherwise."""
    rows = Return.objects.filter(pk=entry.subject_id or 0, kind=ReturnKind.BOUNCED)
    if entry.verb == "payouts.confirm_return" and rows.exists():
        return _BOUNCED, _PAY_AGAIN
    return _TO_RECIPIENT.get(entry.verb), _TO_FUND.get(entry.verb)


def _what(entry: Entry) -> str:
    """Return the installment and its sum, where the entry is about one."""
    if entry.verb in {"payouts.propose_plan", "payouts.agree_plan", "payouts.refuse_plan"}:
        plan = Plan.objects.filter(pk=entry.subject_id or 0).first()
        return f"{plan}。" if plan else ""
    if entry.verb in _OF_RETURNS:
        money = Return.objects.filter(pk=entry.subject_id or 0).first()
        return f"{money.text}。" if money else ""
    rows = Disbursement.objects.select_related("installment")
    payment = rows.filter(pk=entry.subject_id or 0).first()
    return f"{payment.installment} {payment.text}。" if payment else ""


def _tell_of_account(entry: Entry) -> None:
    """Tell the recipient by every way that was known before: people, who entered it, the phone."""
    rows = Payee.objects.select_related("organization", "replaces", "fund__region")
    payee = rows.filter(pk=entry.subject_id or 0).first()
    if payee is None:
        return
    title, words = _OF_ACCOUNT[entry.verb]
    body = words.format(
        owner=payee.owner_name, account=payee, words=payee.words,
        from_when=stamp_text(payee.usable_from),
    )  # fmt: skip
    told = set(queries.speakers_of(payee)) | {payee.made_by_id}
    if payee.replaces is not None:
        told.add(payee.replaces.made_by_id)
    _send(entry, sorted(told), title, body, "")
    if payee.replaces is not None and payee.organization is not None:
        phone = orgs.contact_phone(payee.organization)
        if phone:
            inbox.send_text(phone=phone, text=body, key=f"payouts:{entry.pk}:phone", at=entry.at)
    if entry.verb == "payouts.enter_payee":
        page = reverse("payouts:desk_account", args=[payee.pk])
        fund = Fund.objects.select_related("region").get(pk=payee.fund_id)
        checkers = [
            one for one in queries.offices_of(fund, P.PAYOUT_CHECK) if one != payee.made_by_id
        ]
        _send(entry, checkers, "收款账户待核对", f"{payee.owner_name}：{payee}。", page)


def _send(entry: Entry, accounts: Iterable[int], title: str, body: str, url: str) -> None:
    inbox.send_each(
        accounts, key=f"payouts:{entry.pk}", title=title, body=body, url=url, at=entry.at
    )
