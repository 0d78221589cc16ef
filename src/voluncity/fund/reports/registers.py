"""Reports as a list of the desk: columns, filters, export."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from voluncity.city.access.permissions import Permission
from voluncity.city.access.scopes import Scope, ScopedQuerySet
from voluncity.city.registers.rules import Column, Query, Register
from voluncity.fund.grants.models import Funding
from voluncity.fund.reports import queries
from voluncity.fund.reports.models import Report
from voluncity.fund.reports.queries import Filters
from voluncity.fund.reports.states import ReportKind, ReportState
from voluncity.kernel.clock import local_date, stamp_text
from voluncity.kernel.money import yuan_text
from voluncity.kernel.text import clean, number_in

_TASKS = {"late": "逾期未交"}


def filters_of(query: Query) -> Filters:
    """Return what a query asks for; what is not understood is left out."""
    said = dict(query)
    task = said.get("task", "")
    return Filters(
        words=clean(said.get("q", ""))[:60], state=clean(said.get("state", ""))[:10],
        kind=clean(said.get("kind", ""))[:10], task=task if task in _TASKS else "",
        funding_id=number_in(said.get("funding")),
    )  # fmt: skip


def _found(scope: Scope, query: Query, at: datetime) -> ScopedQuerySet:
    found: ScopedQuerySet = queries.reports(scope, filters_of(query), today=local_date(at))
    return found


def _said(scope: Scope, query: Query, _at: datetime) -> list[tuple[str, str]]:
    filters = filters_of(query)
    one = Funding.objects.in_scope(scope).filter(pk=filters.funding_id or 0).first()
    words = [
        ("资助项目", f"{one.title}（{one.number}）" if one else ""),
        ("项目、编号或受资助方", filters.words),
        ("状态", dict(ReportState.choices).get(filters.state, "")),
        ("类别", dict(ReportKind.choices).get(filters.kind, "")),
        ("办理", _TASKS.get(filters.task, "")),
    ]
    return [(label, str(value)) for label, value in words if value]


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _claimed(one: Any) -> str:
    # What nobody has handed in yet is the organization's own.
    return yuan_text(one.claimed_fen) if one.first_submitted_at else ""


def _came(rows: Any, today: date) -> Any:
    """Put down how each report came, which depends on the day."""
    for one in rows:
        came = queries.timeliness_of(one, today=today)
        one.came_text = str(came.label) if came else ""
    return rows


def _came_text(one: Report) -> str:
    return str(getattr(one, "came_text", ""))


def _came_tone(one: Report) -> str:
    return {"按期提交": "good", "逾期提交": "warn", "逾期未交": "bad"}.get(
        _came_text(one), "neutral"
    )


REPORTS = Register(
    key="grant_reports",
    title="进展报告",
    unit="份",
    page="reports:desk_list",
    row_page="reports:desk_report",
    permission=Permission.FUND_SEE,
    export_permission=Permission.FUND_SEE,
    columns=(
        Column("funding", "资助项目", lambda one: one.funding.title, width=28),
        Column("report", "报告", lambda one: one.label, width=34),
        Column("state", "状态", lambda one: one.state_text, width=10, tone=lambda one: one.tone),
        Column("due", "截止日期", lambda one: _day(one.due_on), width=12),
        Column("came", "及时", _came_text, width=10, tone=_came_tone),
        Column("submitted", "提交时间", lambda one: stamp_text(one.submitted_at), width=16),
        Column("accepted", "通过时间", lambda one: stamp_text(one.accepted_at), width=16,
               is_shown=False),
        Column("claimed", "支出", _claimed, width=14, is_number=True),
        Column("recipient", "受资助方", lambda one: one.funding.recipient, width=24),
        Column("number", "项目编号", lambda one: one.funding.number, width=18, is_shown=False),
    ),
    found=_found,
    said=_said,
    shown=_came,
)  # fmt: skip
