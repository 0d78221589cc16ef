"""Hand a report in; take it back to change it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from voluncity.city.people.models import User
from voluncity.fund.reports import queries
from voluncity.fund.reports.actions.steps import (
    hold_money,
    refuse_unread,
    refuse_when_over,
    step,
)
from voluncity.fund.reports.models import Report, Submission
from voluncity.fund.reports.rules.writing import SERVED, WORDS
from voluncity.fund.reports.states import REPORT_FLOW, ExpenseState
from voluncity.kernel.refusals import BadInput


@transaction.atomic
def submit(*, report: Report, seen: int, by: User, at: datetime) -> Submission:
    """Hand in what was read on the check page, with the figures of its activities as they are now.

    :raises BadInput: when something is missing or does not add up.
    :raises WrongState: when somebody changed something since edition `seen`, or the project is
        over.
    """
    REPORT_FLOW.after("submit", report.state)
    refuse_when_over(report)
    refuse_unread(report, seen)
    # First the report's row, then the project's money: as whoever writes an expense.
    step(
        report, "submit", by=by, at=at, submitted_at=at, submitted_by=by, again_on=None,
        changed_by=by, first_submitted_at=report.first_submitted_at or at,
        begun_at=report.begun_at or at,
    )  # fmt: skip
    hold_money(report.funding_id)
    expenses = list(queries.expenses_of(report))
    found = queries.problems(report, expenses)
    if found:
        missing = sum(len(sentences) for sentences in found.values())
        raise BadInput(
            f"还有 {missing} 处没有填好，请按提示补充以后再提交。", code="reports.incomplete"
        )
    live = [one for one in expenses if one.state == ExpenseState.CLAIMED]
    return Submission.objects.create(
        report=report, number=report.submissions.count() + 1, edition=report.edition,
        content=_content(report, expenses, at=at), spent_fen=sum(one.fen for one in live),
        made_at=at, made_by=by,
    )  # fmt: skip


def _content(report: Report, expenses: list[Any], *, at: datetime) -> dict[str, Any]:
    figures = queries.figures_of(report.linked.all(), at=at)
    return {
        "words": {key: getattr(report, key) for key in WORDS},
        SERVED: report.served_more,
        "evidence": list(queries.shown_evidence(report).values_list("pk", flat=True)),
        "activities": {
            str(pk): [
                one.sessions, one.volunteers, one.proven_minutes, one.entered_minutes, one.served,
                [list(row) for row in one.outcomes],
            ]
            for pk, one in figures.items()
        },
        "expenses": [
            {
                "pk": one.pk, "line": str(one.line), "line_id": one.line_id,
                "on": one.on.isoformat(), "payee": one.payee, "what": one.what,
                "fen": one.fen, "invoice_no": one.invoice_no,
                "state": one.state, "vouchers": [paper.pk for paper in one.papers],
            }
            for one in expenses
        ],
    }  # fmt: skip


@transaction.atomic
def recall(*, report: Report, seen: int, by: User, at: datetime) -> Report:
    """Take a report back to change it, as long as the office has not decided.

    Its day stays: it came when it came first.

    :raises WrongState: when it does not wait, or somebody was faster.
    """
    refuse_unread(report, seen)
    refuse_when_over(report)
    return step(report, "recall", by=by, at=at, changed_by=by)
