"""What the pages share: what is within reach, what was sent along."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest

from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import has
from voluncity.city.people.asking import fetched
from voluncity.city.people.models import User
from voluncity.fund.reports import queries
from voluncity.fund.reports.models import Report
from voluncity.fund.reports.queries import Whole
from voluncity.fund.reports.rules import overdue_days, overdue_text
from voluncity.fund.reports.states import OPEN_FUNDINGS, WRITABLE, ReportState
from voluncity.kernel.refusals import NotFound

P, S = Permission, ReportState
SEES = (P.FUNDING_EDIT, P.FUND_SEE)
UNPROCESSABLE, CONFLICT = 422, 409
ON_A_PAGE = 30


def follows(user: User) -> bool:
    """Return whether somebody follows reports of others: an office, or who reads the fund."""
    return any(has(user, one) for one in SEES)


def fetch_own(request: HttpRequest, pk: int, *, to_write: bool = False) -> Report:
    """Return a report of a project for whose organization this person acts.

    :raises NotFound: when it is none.
    :raises WrongState: to write, when it is not open for writing.
    """
    rows = queries.detailed().exclude(state=S.CANCELLED)
    found: Report = fetched(request, rows, pk, P.GRANT_APPLY)
    if to_write and not is_writable(found):
        raise NotFound("这份报告现在不能修改，请回到报告页面查看。", code="reports.not_writable")
    return found


def fetch_received(request: HttpRequest, pk: int, *permissions: Permission) -> Report:
    """Return a report that this person's office follows, or that they read.

    :raises NotFound: when it is none.
    """
    rows = queries.detailed().exclude(state=S.CANCELLED)
    found: Report = fetched(request, rows, pk, *(permissions or SEES))
    return found


def is_writable(report: Report) -> bool:
    """Return whether something may be written in a report."""
    return report.state in WRITABLE and _is_open(report)


def _is_open(report: Report) -> bool:
    """Return whether a report's project still takes reports."""
    return report.funding.state in OPEN_FUNDINGS and report.funding.settled_at is None


def late_text(report: Report, *, today: date) -> str:
    """Return how late a report is, in words; "" when it is not."""
    if not _is_open(report):
        return ""
    due = {S.DRAFT: report.due_on, S.RETURNED: report.again_on}.get(S(report.state))
    return overdue_text(overdue_days(due, today=today))


# -- As it is read ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Part:
    """One answer in words, with what is said against it."""

    key: str
    label: str
    text: str
    remark: str = ""
    problems: list[str] = field(default_factory=list)


def content(
    report: Report, *, at: datetime, side: str, whole: Whole | None = None,
    problems: dict[str, list[str]] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Return what `reports/content.html` draws; `side` is own or desk."""
    shown = whole or queries.as_it_stands(report, at=at)
    remarks = queries.open_remarks(report)
    if shown.submission is not None:
        remarks = dict(shown.submission.remarks.values_list("key", "words"))
    found = problems or {}
    return {
        "report": report,
        "whole": shown,
        "parts": [
            Part(key, label, text, remarks.get(key, ""), found.get(key, []))
            for key, label, text in shown.words
        ],
        "expenses": [(one, remarks.get(f"expense-{one.pk}", "")) for one in shown.expenses],
        "remarks": remarks,
        "problems": found,
        "uses": queries.lines_of(report.funding),
        "side": side,
    }
