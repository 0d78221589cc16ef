"""How long things take: measured from the records of applications, projects and payments."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from voluncity.fund.governance.models import Fund
from voluncity.fund.grants.models import Funding
from voluncity.fund.grants.states import FundingState
from voluncity.fund.payouts.models import Disbursement
from voluncity.fund.payouts.states import PayState
from voluncity.fund.reports.models import Report
from voluncity.fund.reports.states import ReportState
from voluncity.fund.review.models import Decision
from voluncity.fund.review.states import DecisionState
from voluncity.fund.showing.rules import Span, Timing
from voluncity.kernel.clock import local_date

Day = date | datetime


def timings(fund: Fund, *, today: date) -> list[Timing]:
    """Return every timing of a fund: one question for each."""
    return [
        Timing("decision", "从申报到决定", "从提交申报到决定公示期满、生效。", _decisions(fund)),
        Timing("agreement", "从决定到签协议", "从立项生效到双方签好协议。", _agreements(fund)),
        Timing("payment", "从申请拨付到付款", "从提出一笔拨付到银行付款。", _payments(fund)),
        Timing(
            "report", "报告是否按时", "提交的日子与截止日期相差几天；还没有交的，算到今天。",
            _reports(fund, today), has_due_day=True,
        ),
        Timing("closing", "从项目结束到结项", "从协议写明的结束日期到结项。", _closings(fund)),
    ]  # fmt: skip


def _day(at: Day) -> date:
    return local_date(at) if isinstance(at, datetime) else at


def _spans(rows: Any) -> tuple[Span, ...]:
    """Return spans out of (number, first, last); they count in the year in which they ended."""
    return tuple(
        Span(_day(last).year, number or "", max(0, (_day(last) - _day(first)).days))
        for number, first, last in rows
        if first is not None and last is not None
    )


def _decisions(fund: Fund) -> tuple[Span, ...]:
    found = Decision.objects.filter(application__call__fund=fund, state=DecisionState.IN_FORCE)
    return _spans(
        found.values_list("application__number", "application__submitted_at", "effective_at")
    )


def _agreements(fund: Fund) -> tuple[Span, ...]:
    found = Funding.objects.filter(fund=fund, agreed_on__isnull=False)
    return _spans(found.values_list("number", "opened_at", "agreed_on"))


def _payments(fund: Fund) -> tuple[Span, ...]:
    found = Disbursement.objects.filter(funding__fund=fund, state=PayState.PAID)
    return _spans(found.values_list("funding__number", "asked_at", "paid_on"))


def _closings(fund: Fund) -> tuple[Span, ...]:
    found = Funding.objects.filter(fund=fund, state=FundingState.CLOSED)
    return _spans(found.values_list("number", "ends_on", "ended_at"))


def _reports(fund: Fund, today: date) -> tuple[Span, ...]:
    found = Report.objects.filter(funding__fund=fund, due_on__isnull=False)
    rows = found.exclude(state=ReportState.CANCELLED).values_list(
        "funding__number", "due_on", "first_submitted_at"
    )
    return tuple(_report_spans(rows, today))


def _report_spans(rows: Any, today: date) -> Iterator[Span]:
    """Return how many days after its day each report came; what is not due yet does not count."""
    for number, due_on, at in rows:
        if at is not None:
            yield Span(due_on.year, number, (local_date(at) - due_on).days)
        elif due_on < today:
            yield Span(due_on.year, number, (today - due_on).days)


def longest_waiting(fund: Fund, *, most: int) -> list[Funding]:
    """Return the projects that have stood longest where they stand, and wait for somebody."""
    live = (
        FundingState.AGREEING, FundingState.RUNNING, FundingState.SUSPENDED, FundingState.CLOSING,
    )  # fmt: skip
    found = Funding.objects.filter(fund=fund, state__in=live).order_by("stage_since", "pk")
    return list(found[:most])
