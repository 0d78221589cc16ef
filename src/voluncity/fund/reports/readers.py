"""What follows: schedules follow projects; organizations and the office hear what concerns them."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse

from voluncity.city.inbox import actions as inbox
from voluncity.city.journal.models import Entry
from voluncity.fund.grants.models import Funding
from voluncity.fund.reports import actions, queries
from voluncity.fund.reports.models import Report
from voluncity.fund.reports.states import ReportState
from voluncity.kernel.money import yuan_text
from voluncity.kernel.refusals import WrongState

# Title, and the sentence after the name of what it is about.
_TO_ORGANIZATION = {
    "reports.submit": ("进展报告已提交", "基金办公室会尽快审阅。"),
    "reports.send_back": ("进展报告退回修改", "请按意见修改后重新提交。"),
    "reports.accept": ("进展报告已通过", "其中的数据已经定格。"),
    "reports.disallow": ("一笔支出不予认可", "原因可以点开查看。"),
    "reports.waive": ("一份进展报告不用再交", "填过的支出不计入决算。"),
}
_TO_OFFICE = {
    "reports.submit": "收到一份进展报告",
    "reports.recall": "一份进展报告已取回修改",
}


def follow_projects(entries: list[Entry]) -> None:
    """Let the schedule of a project follow what was decided about it."""
    changed = {
        entry.subject_id: entry.at
        for entry in entries
        if entry.verb.startswith("grants.") and entry.subject_type == "funding"
    }
    for pk, at in changed.items():
        funding = Funding.objects.filter(pk=pk or 0).first()
        if funding is None:
            continue
        try:
            actions.lay_schedule(funding=funding, at=at)
        except WrongState:
            continue  # somebody began one this moment; the hourly turn comes again


def tell_people(entries: list[Entry]) -> None:
    """Tell who acts for an organization, and the office."""
    for entry in entries:
        if entry.verb in _TO_ORGANIZATION or entry.verb in _TO_OFFICE:
            _tell(entry)


def _tell(entry: Entry) -> None:
    report: Report | None = queries.detailed().filter(pk=entry.subject_id or 0).first()
    if report is None:
        return
    name = f"“{report.funding}”的{report.label}"
    if entry.verb in _TO_ORGANIZATION:
        title, more = _TO_ORGANIZATION[entry.verb]
        # Of one that was sent back and came again the day is gone.
        is_back = entry.verb == "reports.send_back" and report.state == ReportState.RETURNED
        due = f"期限 {report.again_on:%Y年%m月%d日}。" if is_back and report.again_on else ""
        page = reverse("reports:own_report", args=[report.pk])
        if report.state == ReportState.CANCELLED:
            page = f"{reverse('reports:own_list')}?funding={report.funding_id}"
        _send(entry, queries.staff_of(report.funding), title, f"{name}：{more}{due}", page)
    if entry.verb in _TO_OFFICE:
        newest = queries.newest_submission(report)
        sums = f"，支出 {yuan_text(newest.spent_fen)}" if newest else ""
        about = f"{report.funding.recipient}：{name}{sums}。"
        page = reverse("reports:desk_report", args=[report.pk])
        _send(entry, queries.offices_of(report.funding), _TO_OFFICE[entry.verb], about, page)


def _send(entry: Entry, accounts: Iterable[int], title: str, body: str, url: str) -> None:
    inbox.send_each(
        accounts, key=f"reports:{entry.pk}", title=title, body=body, url=url, at=entry.at
    )
