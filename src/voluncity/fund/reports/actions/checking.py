"""The office looks at a report: single expenses, remarks at its parts, accepted or sent back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.db.models import F, Sum

from voluncity.city.people.models import User
from voluncity.fund.grants import actions as grants
from voluncity.fund.grants.models import Milestone
from voluncity.fund.reports import queries
from voluncity.fund.reports.actions.schedule import is_owed
from voluncity.fund.reports.actions.steps import (
    hold_money,
    note,
    refuse_own,
    refuse_unread,
    refuse_when_over,
    step,
    was_faster,
)
from voluncity.fund.reports.actions.writing import free_all
from voluncity.fund.reports.models import Expense, Linked, Remark, Report, Submission
from voluncity.fund.reports.rules.writing import REASON_MOST, REMARK_KEYS
from voluncity.fund.reports.states import REPORT_FLOW, ExpenseState, ReportState
from voluncity.kernel.clock import local_date
from voluncity.kernel.money import yuan_text
from voluncity.kernel.refusals import BadInput, WrongState
from voluncity.kernel.text import words as clean_words

E, S = ExpenseState, ReportState
EXPENSE = "expense-"


@transaction.atomic
def disallow(*, expense: Expense, seen: int, reason: str, by: User, at: datetime) -> Expense:
    """Do not take a single expense, with the reason; it is in no sum any more.

    :raises BadInput: without a reason.
    :raises NotAllowed: when the report is one's own organization's.
    :raises WrongState: when the report does not wait, or was changed since edition `seen`.
    """
    said = clean_words(reason, "reason", "不予认可的原因", REASON_MOST, long=True)
    return _judge(expense, "disallow", said, seen=seen, by=by, at=at)


@transaction.atomic
def allow(*, expense: Expense, seen: int, by: User, at: datetime) -> Expense:
    """Take an expense after all that was disallowed.

    :raises BadInput: when its line has not enough left by now.
    :raises NotAllowed: when the report is one's own organization's.
    :raises WrongState: when the report does not wait, or was changed since edition `seen`.
    """
    return _judge(expense, "allow", "", seen=seen, by=by, at=at)


def _judge(
    expense: Expense, verb: str, reason: str, *, seen: int, by: User, at: datetime
) -> Expense:
    before, after = (E.CLAIMED, E.DISALLOWED) if reason else (E.DISALLOWED, E.CLAIMED)
    report = expense.report
    refuse_own(report, by)
    refuse_unread(report, seen)
    waits = Report.objects.filter(pk=report.pk, state=S.SUBMITTED, edition=seen)
    if not waits.update(edition=F("edition") + 1, changed_at=at):
        raise was_faster(report.pk)
    hold_money(report.funding_id)
    found = Expense.objects.filter(pk=expense.pk, state=before)
    if not found.update(state=after, reason=reason, edition=F("edition") + 1):
        raise WrongState("这笔支出刚刚办理过，请刷新页面。", code="reports.was_faster")
    expense.refresh_from_db()
    report.refresh_from_db(fields=["edition", "changed_at"])
    if after == E.CLAIMED:
        _refuse_over_lines(report, only_accepted=False)
    note(
        report, verb, by=by, at=at, words=f"“{expense.what}”{expense.text}。{reason}"[:REASON_MOST]
    )
    return expense


@transaction.atomic
def send_back(
    *, report: Report, seen: int, remarks: Mapping[str, str], words: str, again_on: date,
    by: User, at: datetime,
) -> Submission:  # fmt: skip
    """Send a report back with remarks at its parts, to be handed in again by a day.

    :raises BadInput: when nothing is said, or the day is not ahead.
    :raises NotAllowed: when it is one's own organization's.
    :raises WrongState: when it does not wait, or was changed since edition `seen`.
    """
    refuse_own(report, by)
    REPORT_FLOW.after("send_back", report.state)
    refuse_unread(report, seen)
    if again_on <= local_date(at):
        raise BadInput("修改期限应晚于今天，请核对。", field="again_on")
    known = {
        *REMARK_KEYS,
        *(f"{EXPENSE}{pk}" for pk in report.expenses.values_list("pk", flat=True)),
    }
    kept = {
        key: clean_words(one, f"remark-{key}", "修改意见", REASON_MOST, long=True, wanted=False)
        for key, one in remarks.items()
        if key in known
    }
    whole = clean_words(words, "words", "总体意见", REASON_MOST, long=True, wanted=False)
    if not whole and not any(kept.values()):
        raise BadInput("请至少写一条修改意见。", field="words")
    step(report, "send_back", by=by, at=at, words=whole, again_on=again_on)
    submission = queries.newest_submission(report)
    assert submission is not None  # noqa: S101 -- handed in, or the table had no such step
    Submission.objects.filter(pk=submission.pk).update(
        returned_at=at, returned_by=by, returned_words=whole
    )
    Remark.objects.bulk_create(
        Remark(submission=submission, key=key, words=one) for key, one in kept.items() if one
    )
    submission.refresh_from_db()
    return submission


@transaction.atomic
def accept(*, report: Report, seen: int, by: User, at: datetime) -> Report:
    """Take a report: its figures are frozen, its expenses count, its milestone is reached.

    A project that was terminated reaches no milestone any more; what it spent still counts.
    :raises BadInput: when accepted expenses would exceed a line of the budget.
    :raises NotAllowed: when it is one's own organization's.
    :raises WrongState: when it does not wait, was changed since edition `seen`, or its project
        is over.
    """
    refuse_own(report, by)
    refuse_when_over(report)
    REPORT_FLOW.after("accept", report.state)
    refuse_unread(report, seen)
    step(report, "accept", by=by, at=at, accepted_at=at, accepted_by=by)
    hold_money(report.funding_id)
    _refuse_over_lines(report, only_accepted=True)
    _freeze(report, at=at)
    milestone = Milestone.objects.filter(pk=report.milestone_id or 0).first()
    is_live = milestone is not None and milestone.funding.is_live
    if milestone is not None and is_live and not milestone.is_accepted:
        grants.accept_milestone(milestone=milestone, by=by, at=at)
    return report


@transaction.atomic
def waive(*, report: Report, words: str, seen: int, by: User, at: datetime) -> Report:
    """Ask no more for a report that the schedule does not ask for: its project was terminated.

    What it names is free again; what was handed in once is kept.

    :raises BadInput: without a reason.
    :raises NotAllowed: when it is one's own organization's.
    :raises WrongState: when it is owed, waits for the office, or was changed since edition `seen`.
    """
    said = clean_words(words, "reason", "不再要求的原因", REASON_MOST, long=True)
    refuse_own(report, by)
    REPORT_FLOW.after("waive", report.state)
    refuse_unread(report, seen)
    if is_owed(report, at=at):
        raise WrongState(
            "这份报告是按计划应交的，不能免交。项目终止或日期变更以后才可以。",
            code="reports.is_owed",
        )
    step(report, "waive", by=by, at=at, words=said, again_on=None)
    hold_money(report.funding_id)
    free_all(report, at=at)
    return report


def _refuse_over_lines(report: Report, *, only_accepted: bool) -> None:
    """Let a line not be spent beyond its budget, which a change may have lowered meanwhile.

    :raises BadInput: with the first line that would be.
    """
    live = Expense.objects.filter(report__funding=report.funding_id, state=E.CLAIMED)
    if only_accepted:
        live = live.filter(report__state=S.ACCEPTED)
    rows = live.order_by("line__place").values_list("line__kind", "line__what", "line__fen")
    for kind, what, line_fen, fen in rows.annotate(sum=Sum("fen")):
        if fen > line_fen:
            raise BadInput(
                f"“{kind} · {what}”的预算是 {yuan_text(line_fen)}，"
                f"认可的支出合计 {yuan_text(fen)}，超出预算。"
                "请退回修改、不予认可其中的支出，或先办理变更申请。",
                code="reports.over_line",
            )


def _freeze(report: Report, *, at: datetime) -> None:
    linked = list(report.linked.all())
    for pk, one in queries.figures_of(linked, at=at).items():
        Linked.objects.filter(report=report, activity=pk, frozen_at=None).update(
            sessions=one.sessions, volunteers=one.volunteers, proven_minutes=one.proven_minutes,
            entered_minutes=one.entered_minutes, served=one.served,
            outcomes=[list(row) for row in one.outcomes], frozen_at=at,
        )  # fmt: skip
