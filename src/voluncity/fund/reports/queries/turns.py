"""Reports that wait, as the page of their project says it."""

from __future__ import annotations

from collections.abc import Collection

from voluncity.fund.grants.rules.turns import Turn
from voluncity.fund.grants.states import Waits
from voluncity.fund.reports.models import Report
from voluncity.fund.reports.states import ReportState


def turns(ids: Collection[int]) -> list[tuple[int, Turn]]:
    """Return the reports of projects that wait for the office, since they were handed in."""
    waiting = Report.objects.filter(funding__in=ids, state=ReportState.SUBMITTED).order_by()
    return [
        (pk, Turn(Waits.OFFICE, since, f"审阅第 {number} 份进展报告"))
        for pk, number, since in waiting.values_list("funding", "number", "submitted_at")
        if since is not None
    ]
