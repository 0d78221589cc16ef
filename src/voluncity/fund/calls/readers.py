"""What follows: organizations and the office hear what concerns them."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse

from voluncity.city.inbox import actions as inbox
from voluncity.city.journal.models import Entry
from voluncity.city.orgs.models import Organization
from voluncity.fund.calls import queries
from voluncity.fund.calls.models import Application, Call, Extension

# Title, and the sentence after the name of what it is about.
_TO_ORGANIZATION = {
    "calls.submit": ("基金申报已提交", "回执和接下来怎么办理可以点开查看。"),
    "calls.send_back": ("基金申报退回补正", "请按意见修改，在期限前重新提交。"),
    "calls.accept": ("基金申报已受理", "接下来进入评审，结果会通知您。"),
    "calls.decline": ("基金申报不予受理", "原因可以点开查看。"),
    "calls.lapse": ("基金申报已逾期失效", "没有在期限前提交，这一项不再办理。"),
    "calls.revive": ("基金申报恢复办理", "办公室给了更多时间，请在期限前重新提交。"),
    "calls.revive_draft": ("基金申报恢复办理", "办公室给了更多时间，请在期限前提交。"),
    "calls.withdraw": ("基金申报已撤回", "这一项不再办理。"),
}
_TO_OFFICE = {
    "calls.submit": "收到一项基金申报",
    "calls.withdraw": "一项基金申报已撤回",
}


def tell_people(entries: list[Entry]) -> None:
    """Tell who applies for an organization, and the office of the fund."""
    for entry in entries:
        if entry.verb in _TO_ORGANIZATION:
            _tell_of_application(entry)
        elif entry.verb == "calls.extend":
            _tell_of_extension(entry)
        elif entry.verb == "calls.postpone_end":
            _tell_of_later_end(entry)


def _tell_of_application(entry: Entry) -> None:
    application = queries.detailed().filter(pk=entry.subject_id or 0).first()
    if application is None:
        return
    title, more = _TO_ORGANIZATION[entry.verb]
    # What was sent back once keeps its day; only then it is news.
    is_sent_back = entry.verb == "calls.send_back" and application.due_at
    due = f"期限 {application.due_text}。" if is_sent_back else ""
    body = f"“{application}”（编号 {application.number}）：{more}{due}"
    page = reverse("calls:own_tasks", args=[application.pk])
    _send(entry, queries.staff_of(application.organization), title, body, page)
    if entry.verb in _TO_OFFICE:
        about = f"{application.organization}：“{application}”，编号 {application.number}。"
        page = reverse("calls:desk_detail", args=[application.pk])
        _send(entry, queries.offices_of(application.call), _TO_OFFICE[entry.verb], about, page)


def _tell_of_extension(entry: Entry) -> None:
    given = (
        Extension.objects.select_related("call", "organization")
        .filter(pk=entry.data.get("extension", 0))
        .first()
    )
    if given is not None:
        body = (
            f"{given.call}：{given.organization} 可以在 {given.last_minute} 前提交。{given.reason}"
        )
        page = reverse("calls:own_list")
        _send(entry, queries.staff_of(given.organization), "基金申报已延期", body, page)


def _tell_of_later_end(entry: Entry) -> None:
    """Tell those who have begun that there is more time for everybody."""
    call = Call.objects.filter(pk=entry.subject_id or 0).first()
    if call is None:
        return
    begun = Application.objects.filter(call=call).values("organization")
    told: set[int] = set()
    for organization in Organization.objects.filter(pk__in=begun):
        told |= set(queries.staff_of(organization))
    body = f"{call} 的截止时间推迟到 {call.last_minute}。{call.end_reason}"
    _send(entry, sorted(told), "申报截止时间推迟", body, reverse("calls:call", args=[call.pk]))


def _send(entry: Entry, accounts: Iterable[int], title: str, body: str, url: str) -> None:
    inbox.send_each(accounts, key=f"calls:{entry.pk}", title=title, body=body, url=url, at=entry.at)
