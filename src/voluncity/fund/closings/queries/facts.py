"""What the records say about a funded project: reached, spent, served, what is left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet, Sum

from voluncity.city.policy import queries as policy
from voluncity.fund.closings.models import Attachment, Closing, Return, Submission
from voluncity.fund.closings.rules.money import Balance, Row
from voluncity.fund.closings.rules.report import Field, Reached, fields
from voluncity.fund.closings.states import ClosingState
from voluncity.fund.grants.models import Funding
from voluncity.fund.payouts import queries as payouts
from voluncity.fund.reports import queries as reports
from voluncity.fund.reports.models import Linked, Report
from voluncity.fund.reports.states import ReportState
from voluncity.kernel.clock import local_date


@dataclass(frozen=True)
class Figures:
    """What accepted reports tell: read from the activities they are linked with."""

    activities: int
    sessions: int
    volunteers: int
    minutes: int
    served: int  # in activities, and beside them as the reports say
    served_more: int  # of these, beside activities


@dataclass(frozen=True)
class Facts:
    """Everything that a closing report stands beside."""

    reached: list[Reached]
    rows: list[Row]
    figures: Figures
    balance: Balance
    asked: tuple[Field, ...]
    most_percent: int


def facts(funding: Funding, *, at: datetime) -> Facts:
    """Return what the records say now."""
    percent = policy.number("closings.deviation_percent", on=local_date(at))
    milestones, rows = reached(funding), accounts(funding)
    asked = fields(milestones, rows, most_percent=percent)
    return Facts(milestones, rows, figures(funding, at=at), balance(funding), asked, percent)


def reached(funding: Funding) -> list[Reached]:
    """Return the milestones with the day on which they were accepted."""
    return [
        Reached(
            one.number, one.title, one.proof, f"{one.due_on:%Y-%m-%d}",
            f"{local_date(one.accepted_at):%Y-%m-%d}" if one.accepted_at else "",
        )
        for one in funding.milestones.all()
    ]  # fmt: skip


def accounts(funding: Funding) -> list[Row]:
    """Return the lines of the approved budget with what was accepted of their spending."""
    spent = reports.spent(funding)
    return [
        Row(line.pk, line.kind, line.what, line.fen, spent.get(line.pk, 0))
        for line in funding.lines.all()
        if line.fen or spent.get(line.pk)
    ]


def figures(funding: Funding, *, at: datetime) -> Figures:
    """Return what the accepted reports come to."""
    accepted = Q(report__funding=funding, report__state=ReportState.ACCEPTED)
    linked = list(Linked.objects.filter(accepted))
    total = reports.total_of(list(reports.figures_of(linked, at=at).values()))
    told = Report.objects.filter(funding=funding, state=ReportState.ACCEPTED)
    more = int(told.aggregate(more=Sum("served_more"))["more"] or 0)
    return Figures(
        total.activities, total.sessions, total.volunteers, total.minutes, total.served + more, more
    )


def balance(funding: Funding) -> Balance:
    """Return the money of a project as the books and the accepted reports have it."""
    return Balance(
        awarded=funding.awarded_fen,
        paid=payouts.paid(funding),
        returned=payouts.returned(funding),
        spent=sum(reports.spent(funding).values()),
        reserved=sum(part.fen for part in payouts.reserves(funding)),
    )


def is_money_under_way(funding: Funding) -> bool:
    """Return whether a payment or a return of a project is not settled."""
    return bool(payouts.in_flight(funding) or payouts.returning(funding))


def open_reports(funding: Funding) -> QuerySet[Report]:
    """Return the reports that somebody has begun and that are not settled."""
    found: QuerySet[Report] = Report.objects.filter(funding=funding)
    waits = Q(state__in=[ReportState.SUBMITTED, ReportState.RETURNED])
    begun = Q(state=ReportState.DRAFT, begun_at__isnull=False)
    return found.filter(waits | begun).order_by("number")


def files_of(submission: Submission | None) -> QuerySet[Attachment]:
    """Return the files with which a report was handed in, whatever became of them since."""
    ids = submission.content["files"] if submission else []
    return Attachment.objects.filter(pk__in=ids).select_related("file").order_by("pk")


def open_remarks(closing: Closing) -> tuple[str, dict[str, str]]:
    """Return what the office wants mended while a report is sent back: as a whole, by key."""
    if closing.state != ClosingState.RETURNED or closing.current is None:
        return "", {}
    made = Return.objects.filter(submission=closing.current).first()
    return (made.words, dict(made.remarks)) if made else ("", {})
