"""What follows: a decision that takes effect opens its project; people hear what concerns them."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse

from voluncity.city.inbox import actions as inbox
from voluncity.city.journal.models import Entry
from voluncity.fund.grants import actions, queries
from voluncity.fund.grants.models import Change, Funding
from voluncity.fund.review.models import Decision
from voluncity.kernel.clock import local_date
from voluncity.kernel.money import yuan_text

# Title, and the sentence after the name of what it is about.
_TO_PARTY = {
    "grants.open_funding": (
        "资助项目已立项，请填报里程碑",
        "请填写项目负责人和里程碑，提交后签协议。",
    ),
    "grants.open_support": ("专项基金支持已批准", "请填写负责人和里程碑，提交后签协议。"),
    "grants.return_plan": ("里程碑退回修改", "退回的原因可以点开查看，改好以后重新提交。"),
    "grants.agree_plan": ("协议可以签字了", "请下载协议，签字盖章后上传扫描件。"),
    "grants.return_scan": ("签字件退回", "退回的原因可以点开查看，请重新上传。"),
    "grants.sign": ("协议已签署", "项目进入执行，请按里程碑开展并报告进展。"),
    "grants.cancel": ("资助已取消", "原因可以点开查看。"),
    "grants.suspend": ("资助项目已暂停", "暂停期间不拨付，原因可以点开查看。"),
    "grants.resume": ("资助项目已恢复执行", "说明可以点开查看。"),
    "grants.terminate": ("资助项目已终止", "原因可以点开查看，资金按结项的办法清算。"),
    "grants.accept_milestone": ("里程碑已验收", "验收情况可以点开查看。"),
    "grants.approve_change": ("变更申请已同意", "从现在起按变更后的内容执行。"),
    "grants.decline_change": ("变更申请未同意", "原因可以点开查看，项目按原内容执行。"),
    "grants.begin_closing": ("资助项目进入结项", "请提交结项报告。"),
    "grants.reopen": ("资助项目退回执行", "原因可以点开查看。"),
    "grants.close": ("资助项目已结项", "感谢您的付出，全部材料已归档。"),
}
_TO_OFFICE = {
    "grants.open_funding": "立项生效，等待填报里程碑",
    "grants.hand_in_plan": "里程碑待确认",
    "grants.upload": "协议签字件待核对",
    "grants.ask_change": "收到一份变更申请",
    "grants.withdraw_change": "一份变更申请已撤回",
}
_TO_LEADERS = {
    "grants.suspend": "资助项目已暂停",
    "grants.terminate": "资助项目已终止",
    "grants.cancel": "资助已取消",
}


def open_projects(entries: list[Entry]) -> None:
    """Open the project of each decision that took effect and awards something."""
    for entry in entries:
        if entry.verb != "review.take_effect":
            continue
        decision = (
            Decision.objects.select_related(
                "application__organization__region", "application__call__fund", "submission",
                "resolution", "serves",
            )
            .filter(pk=entry.subject_id or 0)
            .first()
        )  # fmt: skip
        if decision is not None and decision.awarded_fen and decision.effective_at:
            actions.open_funding(decision=decision, at=entry.at)


def follow_turns(entries: list[Entry]) -> None:
    """Say anew whose turn it is in the projects of which something was done, here or above."""
    ids = {_project(entry) for entry in entries} - {None}
    actions.look_again(ids=[pk for pk in ids if pk is not None], at=entries[-1].at)


def _project(entry: Entry) -> int | None:
    if not entry.verb.startswith(("grants.", "reports.", "payouts.")):
        return None
    if entry.subject_type == "funding":
        return entry.subject_id
    found: int | None = entry.data.get("funding")
    return found


def tell_people(entries: list[Entry]) -> None:
    """Tell who acts for the recipient, the fund's office, and for the gravest steps its leaders."""
    for entry in entries:
        if not entry.verb.startswith("grants.") or entry.subject_type != "funding":
            continue
        funding: Funding | None = queries.detailed().filter(pk=entry.subject_id or 0).first()
        if funding is not None:
            _tell(entry, funding)


def _tell(entry: Entry, funding: Funding) -> None:
    about = f"“{funding}”（{funding.number}，{yuan_text(funding.awarded_fen)}）"
    desk = reverse("grants:desk_detail", args=[funding.pk])
    if entry.verb in _TO_PARTY:
        title, more = _TO_PARTY[entry.verb]
        own = reverse("grants:own_detail", args=[funding.pk])
        _send(entry, "party", queries.staff_of(funding), title, f"{about}：{more}", own)
    if entry.verb in _TO_OFFICE:
        page = _change_page(entry) or desk
        body = f"{funding.recipient}：{about}。"
        _send(entry, "office", queries.offices_of(funding), _TO_OFFICE[entry.verb], body, page)
    if entry.verb in _TO_LEADERS:
        body = f"{funding.recipient}：{about}。{funding.reason}"
        leaders = queries.leaders_of(funding, on=local_date(entry.at))
        _send(entry, "leaders", leaders, _TO_LEADERS[entry.verb], body, desk)


def _change_page(entry: Entry) -> str:
    pk = entry.data.get("change", 0)
    if entry.verb == "grants.ask_change" and Change.objects.filter(pk=pk).exists():
        return reverse("grants:desk_change", args=[pk])
    return ""


def _send(
    entry: Entry, side: str, accounts: Iterable[int], title: str, body: str, url: str
) -> None:
    for user_id in accounts:
        if user_id == entry.actor_id:
            continue  # nobody is told what they did themselves
        inbox.send(
            user_id=user_id, key=f"grants:{entry.pk}:{side}:{user_id}", title=title, body=body,
            url=url, at=entry.at,
        )  # fmt: skip
