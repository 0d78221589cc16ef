"""Reports at the desk: an organization's own, those of an office; who came in time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from voluncity.city.access.scopes import Scope
from voluncity.city.journal.models import Entry
from voluncity.fund.governance.models import Fund
from voluncity.fund.grants import queries as grants
from voluncity.fund.grants.models import Funding
from voluncity.fund.grants.states import FundingState
from voluncity.fund.reports.models import Evidence, Expense, Report, Voucher
from voluncity.fund.reports.rules import timeliness as came
from voluncity.fund.reports.states import (
    OPEN_FUNDINGS,
    UNSETTLED,
    ExpenseState,
    ReportKind,
    ReportState,
    Timeliness,
)
from voluncity.kernel.clock import local_date
from voluncity.kernel.text import clean

S = ReportState
_DECIDING = [f"reports.{verb}" for verb in ("disallow", "allow", "send_back", "accept", "waive")]
# What is to be done before what is done; where a database puts NULL of itself is its own affair.
_ORDER = (
    F("accepted_at").asc(nulls_first=True), F("due_on").asc(nulls_last=True), "funding", "number",
)  # fmt: skip
# In which the days of a project ask for reports; a closing has its own.
FOLLOWED = (FundingState.RUNNING, FundingState.SUSPENDED)


@dataclass(frozen=True)
class Filters:
    """What somebody asks among the reports; `task` is late, waiting or empty."""

    words: str = ""
    state: str = ""
    kind: str = ""
    task: str = ""
    funding_id: int | None = None


def detailed() -> Any:
    """Return reports with what their pages show."""
    return Report.objects.select_related(
        "funding__fund__region", "funding__organization__region", "funding__region", "milestone",
        "changed_by", "submitted_by", "accepted_by",
    )  # fmt: skip


def own(scope: Scope) -> QuerySet[Report]:
    """Return an organization's reports: what is to be written first, by its day."""
    found: QuerySet[Report] = detailed().in_scope(scope).exclude(state=S.CANCELLED)
    return found.order_by(*_ORDER)


def reports(scope: Scope, filters: Filters, *, today: date) -> Any:
    """Return the reports that an office follows, with the money in them; the next due first."""
    sums = Sum("expenses__fen", filter=Q(expenses__state=ExpenseState.CLAIMED), default=0)
    found = detailed().in_scope(scope).annotate(claimed_fen=sums)
    for word in clean(filters.words)[:60].split():
        found = found.filter(
            Q(funding__title__icontains=word)
            | Q(funding__number__icontains=word)
            | Q(funding__recipient__icontains=word)
        )
    if filters.state in S.values:
        found = found.filter(state=filters.state)
    elif filters.task == "":
        found = found.exclude(state=S.CANCELLED)
    if filters.task == "late":
        found = found.filter(late(today))
    if filters.kind in ReportKind.values:
        found = found.filter(kind=filters.kind)
    if filters.funding_id is not None:
        found = found.filter(funding=filters.funding_id)
    return found.order_by(*_ORDER)


def late(today: date) -> Q:
    """Return which reports the organization should have handed in by now."""
    is_open = Q(funding__state__in=OPEN_FUNDINGS, funding__settled_at=None)
    return is_open & (Q(state=S.DRAFT, due_on__lt=today) | Q(state=S.RETURNED, again_on__lt=today))


def counts(scope: Scope, *, today: date, funding_id: int | None = None) -> dict[str, int]:
    """Return how many reports stand in each state, and how many are late (of one project)."""
    found = Report.objects.in_scope(scope)
    if funding_id is not None:
        found = found.filter(funding=funding_id)
    rows = found.order_by().values("state").annotate(number=Count("pk"))
    return {row["state"]: row["number"] for row in rows} | {
        "late": found.filter(late(today)).count()
    }


def to_check(scope: Scope) -> QuerySet[Report]:
    """Return what waits for the office."""
    found: QuerySet[Report] = Report.objects.in_scope(scope).filter(state=S.SUBMITTED)
    return found


def to_write(scope: Scope) -> QuerySet[Report]:
    """Return what was sent back to the organization, or begun by it, and waits for it."""
    found: QuerySet[Report] = Report.objects.in_scope(scope).filter(
        Q(state=S.RETURNED) | Q(state=S.DRAFT, begun_at__isnull=False)
    )
    return found


def open_reports(funding: Funding) -> QuerySet[Report]:
    """Return what must be settled before a project can be closed."""
    found: QuerySet[Report] = Report.objects.filter(funding=funding, state__in=UNSETTLED)
    return found


def awaited(*, on: date) -> QuerySet[Report]:
    """Return what organizations have to hand in by a day, or should have."""
    found: QuerySet[Report] = detailed().filter(
        Q(state=S.DRAFT, due_on__lte=on) | Q(state=S.RETURNED, again_on__lte=on),
        funding__state__in=OPEN_FUNDINGS,
        funding__settled_at=None,
    )
    return found.order_by("pk")


def unread(*, since: datetime) -> QuerySet[Report]:
    """Return what was handed in before an instant and still waits for the office."""
    found: QuerySet[Report] = detailed().filter(
        state=S.SUBMITTED, submitted_at__lt=since, funding__state__in=OPEN_FUNDINGS
    )
    return found.order_by("pk")


def fundings_to_follow() -> QuerySet[Funding]:
    """Return the projects that owe reports: signed, going on, with an organization to write."""
    found: QuerySet[Funding] = Funding.objects.filter(
        state__in=FOLLOWED,
        organization__isnull=False,
    )
    return found.prefetch_related("milestones").order_by("pk")


def staff_of(funding: Funding) -> list[int]:
    """Return the accounts that may write for a project."""
    return sorted(grants.staff_of(funding))


def leaders_of(funding: Funding, *, on: date) -> list[int]:
    """Return the accounts of who leads or supervises a project's fund."""
    return sorted(grants.leaders_of(funding, on=on))


def offices_of(funding: Funding) -> list[int]:
    """Return the accounts of the office that looks after a project."""
    return sorted(grants.offices_of(funding))


def writers_of(report: Report) -> set[int]:
    """Return whoever wrote anything in a report: they do not decide about it.

    The journal knows also who linked, changed or removed something and left no other trace.
    """
    written = Entry.objects.filter(subject_type="funded_report", subject_id=report.pk)
    found: set[int | None] = set(
        written.exclude(verb__in=_DECIDING).values_list("actor", flat=True)
    )
    found |= {report.changed_by_id, report.submitted_by_id}
    found |= set(report.submissions.values_list("made_by", flat=True))
    found |= set(Evidence.objects.filter(report=report).values_list("added_by", flat=True))
    found |= set(Expense.objects.filter(report=report).values_list("added_by", flat=True))
    found |= set(Voucher.objects.filter(expense__report=report).values_list("added_by", flat=True))
    return {pk for pk in found if pk is not None}


# -- Timeliness ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Kept:
    """How many reports that were due in a year came in time, late, or not at all.

    `ahead` are due later in the year; they are in no share.
    """

    year: int
    in_time: int = 0
    late: int = 0
    missing: int = 0
    ahead: int = 0

    @property
    def due(self) -> int:
        """Return how many should have come by now."""
        return self.in_time + self.late + self.missing

    @property
    def percent(self) -> int | None:
        """Return which share came in time, whole percents, downward; None: nothing was due."""
        return self.in_time * 100 // self.due if self.due else None


def timeliness_of(report: Report, *, today: date) -> Timeliness | None:
    """Return how a report came; None for one that nobody asked for, or that was cancelled."""
    if report.due_on is None or report.state == S.CANCELLED:
        return None
    handed_in = report.first_submitted_at
    came_on = local_date(handed_in) if handed_in else None
    return came(due_on=report.due_on, came_on=came_on, today=today)


def timeliness(
    year: int, *, today: date, fund: Fund | None = None, scope: Scope | None = None
) -> Kept:
    """Return how the reports came that were due in a year (the funds of a scope, or one fund)."""
    found = Report.objects.filter(due_on__year=year).exclude(state=S.CANCELLED)
    if fund is not None:
        found = found.filter(funding__fund=fund)
    if scope is not None:
        found = found.in_scope(scope)
    return _kept(year, found.values_list("due_on", "first_submitted_at"), today=today)


def _kept(year: int, rows: Iterable[tuple[date, datetime | None]], *, today: date) -> Kept:
    numbers = dict.fromkeys(Timeliness, 0)
    for due_on, handed_in in rows:
        came_on = local_date(handed_in) if handed_in else None
        numbers[came(due_on=due_on, came_on=came_on, today=today)] += 1
    return Kept(year, *(numbers[one] for one in Timeliness))


def years(scope: Scope) -> list[int]:
    """Return the years in which reports of a scope were due, the newest first."""
    found = Report.objects.in_scope(scope).exclude(due_on=None).exclude(state=S.CANCELLED)
    return [day.year for day in found.dates("due_on", "year", order="DESC")]
