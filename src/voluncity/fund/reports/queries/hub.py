"""The part of a funded project's page that tells of its reports."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse

from voluncity.fund.grants.models import Funding
from voluncity.fund.grants.rules.sections import Section, Side
from voluncity.fund.reports.models import Report
from voluncity.fund.reports.queries.spending import LineUse, lines_of
from voluncity.fund.reports.rules import overdue_days, overdue_text
from voluncity.fund.reports.states import OPEN_FUNDINGS, ReportState
from voluncity.kernel.clock import local_date
from voluncity.kernel.money import yuan_text

S = ReportState


def section(funding: Funding, side: Side, user: Any, at: datetime) -> list[Section]:
    """Return the reports of a project and its spending by line."""
    del user  # both sides see the same; their pages ask again who looks
    today = local_date(at)
    rows = list(
        Report.objects.filter(funding=funding)
        .exclude(state=S.CANCELLED)
        .select_related("milestone")
        .order_by("number")
    )
    if not rows:
        return []
    days = max((late_days(one, today) for one in rows), default=0)
    if funding.state not in OPEN_FUNDINGS or funding.settled_at is not None:
        days = 0
    page = "reports:own_list" if side == "own" else "reports:desk_list"
    query = f"?funding={funding.pk}"
    found = [
        Section(
            "进展报告", reverse(page) + query, [(one.label, _said(one)) for one in rows],
            tone="bad" if days else "neutral", mark=overdue_text(days),
            link="办理报告" if side == "own" else "查看报告",
        )
    ]  # fmt: skip
    uses = lines_of(funding)
    if uses:
        spent_fen = sum(one.spent_fen for one in uses)
        rows_of_money = [(str(one.line), _used(one)) for one in uses]
        words = f"已认可支出 {yuan_text(spent_fen)}。"
        found.append(Section("支出与预算", rows=rows_of_money, words=words))
    return found


def _used(one: LineUse) -> str:
    return f"预算 {one.line.text}，已认可 {one.spent_text}，还可填报 {one.left_text}"


def late_days(report: Report, today: Any) -> int:
    """Return for how many days the organization should have handed it in."""
    if report.state == S.DRAFT:
        return overdue_days(report.due_on, today=today)
    return overdue_days(report.again_on, today=today) if report.state == S.RETURNED else 0


def _said(one: Report) -> str:
    due = one.again_on or one.due_on
    until = f"，截止 {due:%Y-%m-%d}" if due and one.is_open and one.state != S.SUBMITTED else ""
    return f"{one.state_text}{until}"
