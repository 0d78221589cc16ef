"""What follows: the organization, the office and those who evaluate hear what concerns them."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse

from voluncity.city.inbox import actions as inbox
from voluncity.city.journal.models import Entry
from voluncity.fund.closings import actions, queries
from voluncity.fund.closings.models import Closing, Scorer
from voluncity.fund.grants import queries as grants
from voluncity.fund.grants.models import Funding
from voluncity.fund.grants.states import FundingState
from voluncity.kernel.refusals import Refusal

# Title, and the sentence after the name of what it is about.
_TO_ORGANIZATION = {
    "closings.begin": ("可以填写结项报告了", "请在期限前提交。"),
    "closings.send_back": ("结项报告退回修改", "请按意见修改，再次提交。"),
    "closings.reopen": ("项目退回执行", "原因可以点开查看，做完以后再结项。"),
    "closings.accept": ("结项报告已通过", "接下来进行评估。"),
    "closings.plan_visit": ("安排了现场评估", "时间和地点可以点开查看，请做好准备。"),
    "closings.cancel_visit": ("现场评估取消了", "原因可以点开查看。"),
    "closings.record_visit": ("请确认现场评估记录", "有不同意见可以在页面上写明。"),
    "closings.publish": ("结项评估结果已公布", "可以认可结果，或者在期限内提出一次异议。"),
    "closings.uphold": ("异议已答复", "维持原来的评估结果，答复可以点开查看。"),
    "closings.revise": ("异议成立", "评估结果已更改，答复可以点开查看。"),
    "closings.close": ("项目已结项", "档案生成以后可以下载。"),
    "closings.addend": ("结项有补充说明", "可以点开查看。"),
}
_TO_OFFICE = {
    "closings.submit": "收到一份结项报告",
    "closings.agree_visit": "现场评估记录已确认",
    "closings.object_visit": "对现场评估记录有意见",
    "closings.recuse": "一位评估人回避",
    "closings.object": "对评估结果提出异议",
    "closings.take": "评估结果已认可",
}


def tell_people(entries: list[Entry]) -> None:
    """Tell who has to act next."""
    for entry in entries:
        if entry.verb in _TO_ORGANIZATION or entry.verb in _TO_OFFICE:
            _tell(entry)
        elif entry.verb == "closings.appoint":
            _tell_scorer(entry)


def _tell(entry: Entry) -> None:
    closing: Closing | None = queries.detailed().filter(pk=entry.subject_id or 0).first()
    if closing is None:
        return
    funding = closing.funding
    named = f"“{funding}”（编号 {funding.number}）"
    if entry.verb in _TO_ORGANIZATION:
        title, more = _TO_ORGANIZATION[entry.verb]
        due = f"期限 {closing.due_on:%Y-%m-%d}。" if entry.verb == "closings.begin" else ""
        _send(entry, queries.leaves(funding), title, f"{named}：{more}{due}", funding, "own")
    if entry.verb in _TO_OFFICE:
        title = _TO_OFFICE[entry.verb]
        about = f"{funding.recipient}：{named}。"
        _send(entry, grants.offices_of(funding), title, about, funding, "desk")


def _tell_scorer(entry: Entry) -> None:
    place = (
        Scorer.objects.filter(pk=entry.data.get("scorer", 0))
        .select_related("closing__funding")
        .first()
    )
    if place is not None:
        inbox.send(
            user_id=place.user_id, key=f"closings:{entry.pk}:{place.user_id}", at=entry.at,
            title="请您评估一个资助项目", url=reverse("closings:score", args=[place.pk]),
            body=f"“{place.closing.funding}”：请阅读结项材料并评分；有利害关系的请回避。",
        )  # fmt: skip


def _send(
    entry: Entry, people: Iterable[int], title: str, body: str, funding: Funding, side: str
) -> None:
    url = reverse(f"closings:{side}_detail", args=[funding.pk])
    inbox.send_each(
        people, key=f"closings:{entry.pk}", title=title, body=body, url=url, at=entry.at
    )


def follow_fundings(entries: list[Entry]) -> None:
    """Settle what was cancelled before anything was paid; move a day with the project's end."""
    for entry in entries:
        if entry.verb == "grants.cancel":
            _settle(entry)
        elif entry.verb == "grants.approve_change":
            funding = entry.data.get("funding", entry.subject_id)
            actions.follow_dates(funding_id=funding or 0, at=entry.at)


def _settle(entry: Entry) -> None:
    funding = Funding.objects.filter(pk=entry.subject_id or 0, state=FundingState.CANCELLED).first()
    if funding is None or queries.settlement_of(funding) is not None:
        return
    try:
        actions.settle(funding=funding, by=None, at=entry.at)
    except Refusal:
        return  # the office settles it by hand: money is on its way
