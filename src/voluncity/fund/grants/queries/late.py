"""What takes longer than it should: stages, milestones, change requests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db.models import QuerySet

from voluncity.fund.grants.models import Change, Funding, Milestone
from voluncity.fund.grants.queries.finding import detailed
from voluncity.fund.grants.rules import stages
from voluncity.fund.grants.rules.stages import Delay
from voluncity.fund.grants.states import ChangeState, FundingState, MilestoneState
from voluncity.kernel.clock import local_date

S = FundingState


class Late(NamedTuple):
    """One thing that is late, with the project it belongs to."""

    funding: Funding
    delay: Delay
    milestone: Milestone | None = None
    change: Change | None = None


def late_stages(numbers: Mapping[str, int], *, today: date) -> Iterator[Late]:
    """Yield the projects whose stage takes longer than the city's number of days."""
    slow = (S.AGREEING, S.CLOSING, S.SUSPENDED)
    for funding in detailed().filter(state__in=slow).order_by("pk"):
        limit = stages.limit_days(funding, numbers)
        since = local_date(funding.stage_since)
        found = stages.delay(since, limit, today) if limit is not None else None
        if found:
            yield Late(funding, found)


def late_milestones(*, today: date) -> Iterator[Late]:
    """Yield the milestones of running projects whose day is over."""
    rows = _planned().filter(due_on__lt=today)
    for milestone in rows:
        found = stages.late_milestone(milestone, today)
        if found:
            yield Late(milestone.funding, found, milestone=milestone)


def soon(days: int, *, today: date) -> QuerySet[Milestone]:
    """Return the milestones of running projects whose day comes within so many days."""
    return _planned().filter(due_on__gte=today, due_on__lte=today + timedelta(days=days))


def _planned() -> QuerySet[Milestone]:
    rows = Milestone.objects.filter(state=MilestoneState.PLANNED, funding__state=S.RUNNING)
    return rows.select_related("funding__fund__region", "funding__organization").order_by("pk")


def days_to_make_up(funding: Funding, *, at: datetime) -> int:
    """Return for how many days a project that goes on stood still since its days were agreed on.

    The days of milestones do not move by themselves; an approved change settles the pauses before.
    """
    last = funding.changes.filter(state=ChangeState.APPROVED).order_by("-decided_at").first()
    pauses = funding.pauses.exclude(ended_at=None)
    if last is not None and last.decided_at is not None:
        pauses = pauses.filter(ended_at__gt=last.decided_at)
    return sum(one.days(at) for one in pauses) if funding.state == S.RUNNING else 0


def late_changes(limit: int, *, today: date) -> Iterator[Late]:
    """Yield the change requests that nobody answered within so many days."""
    rows = Change.objects.filter(state=ChangeState.ASKED).select_related(
        "funding__fund__region", "funding__organization"
    )
    for change in rows.order_by("pk"):
        found = stages.delay(local_date(change.asked_at), limit, today)
        if found:
            yield Late(change.funding, found, change=change)
