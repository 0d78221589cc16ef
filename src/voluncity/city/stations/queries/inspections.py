"""Read standards, inspections, findings and model stations."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from django.db.models import Q, QuerySet

from voluncity.city.access.models import Grant
from voluncity.city.access.scopes import Scope
from voluncity.city.orgs.models import Membership
from voluncity.city.people.models import User
from voluncity.city.policy import queries as policy
from voluncity.city.stations.models import (
    Answer,
    ChecklistItem,
    Demonstration,
    Finding,
    Inspection,
    Station,
)
from voluncity.city.stations.rules import Mark, missing
from voluncity.city.stations.states import (
    LIVE_DEMONSTRATIONS,
    DemonstrationState,
    FindingState,
    InspectionKind,
)
from voluncity.kernel.clock import day_bounds, local_date
from voluncity.kernel.refusals import Refusal

DECEMBER = 12


def months_after(day: date, months: int) -> date:
    """Return the same day so many months later (or earlier); the month's last where it has none."""
    years, month = divmod(day.month - 1 + months, DECEMBER)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def standard(kind_key: str, *, on: date) -> QuerySet[ChecklistItem]:
    """Return the lines of the standard that hold for a kind of station on a day."""
    return in_force(on).filter(Q(kind=None) | Q(kind=kind_key))


def in_force(on: date) -> QuerySet[ChecklistItem]:
    """Return all lines that hold on a day."""
    return ChecklistItem.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=on), valid_from__lte=on
    ).select_related("kind")


def coming(on: date) -> QuerySet[ChecklistItem]:
    """Return the lines that begin to hold later."""
    later = ChecklistItem.objects.filter(valid_from__gt=on).exclude(valid_to__lte=on)
    return later.select_related("kind").order_by("valid_from", "position")


def is_own(user: User, station: Station) -> bool:
    """Return whether somebody belongs to those who run a station: by a role or as a member."""
    ids = [int(part) for part in station.organization.path.split("/") if part]
    has_role = Grant.objects.filter(user=user, revoked_at=None, organization_id__in=ids)
    return (
        has_role.exists()
        or Membership.objects.filter(
            organization_id=station.organization_id, volunteer__user=user, left_at=None
        ).exists()
    )


def mark(answer: Answer) -> Mark:
    """Return an answer as the rules score it."""
    item = answer.item
    return Mark(
        text=item.text,
        weight=item.weight,
        is_must=item.is_must,
        needs_photo=item.needs_photo,
        verdict=answer.verdict,
        note=answer.note,
        has_photo=answer.photo_id is not None,
    )


@dataclass(frozen=True)
class Line:
    """One item of an inspection, and what its answer still lacks."""

    answer: Answer
    lacks: str


def lines(inspection: Inspection) -> list[Line]:
    """Return the items of an inspection in the order of the standard."""
    found = inspection.answers.select_related("item__kind", "photo")
    return [Line(answer, missing(mark(answer))) for answer in found]


def lacking(inspection: Inspection) -> int:
    """Return how many items of a draft are not whole yet."""
    return sum(bool(line.lacks) for line in lines(inspection))


def inspections_of(station: Station) -> QuerySet[Inspection]:
    """Return the submitted inspections of a station, the newest first."""
    return (
        Inspection.objects.filter(station=station, submitted_at__isnull=False)
        .select_related("by")
        .order_by("-submitted_at", "-pk")
    )


def drafts_of(station: Station, user: User) -> QuerySet[Inspection]:
    """Return somebody's own drafts at a station."""
    return Inspection.objects.filter(station=station, by=user, submitted_at=None)


def findings_of(station: Station) -> QuerySet[Finding]:
    """Return what was found at a station: open ones first, the most urgent on top."""
    found = Finding.objects.filter(station=station)
    return found.select_related(*_FINDING).order_by("-state", "due_on", "pk")


_FINDING = ("station__organization", "answer__item", "answer__inspection", "fix_photo")


def findings(scope: Scope, *, state: str, today: date) -> QuerySet[Finding]:
    """Return the findings within reach: to mend, overdue, to look at again, or done."""
    found: QuerySet[Finding] = Finding.objects.in_scope(scope).select_related(*_FINDING)
    if state == "overdue":
        found = found.filter(state=FindingState.OPEN, due_on__lt=today)
    elif state in FindingState.values:
        found = found.filter(state=state)
    else:
        found = found.exclude(state=FindingState.CLOSED)
    return found.order_by("due_on", "pk")


def year_start(on: date) -> datetime:
    """Return the instant at which a day's year began in the city."""
    return day_bounds(date(on.year, 1, 1))[0]


def last_visit(station: Station) -> Inspection | None:
    """Return the newest visit that was submitted."""
    visits = Inspection.objects.filter(
        station=station, kind=InspectionKind.VISIT, submitted_at__isnull=False
    )
    return cast("Inspection | None", visits.order_by("-submitted_at", "-pk").first())


def inspection_for_demonstration(station: Station, *, on: date) -> Inspection:
    """Return the visit on which a naming as a model station may rest.

    :raises Refusal: when the station is closed, was not visited lately, did not pass, or has
        something left to mend.
    """
    if station.closed_at is not None:
        raise Refusal("这个服务站已经关闭，不能申报示范站。", code="stations.closed")
    months = policy.number("stations.demonstration_months", on=on)
    visit = last_visit(station)
    if visit is None or visit.submitted_at is None:
        raise Refusal(
            "申报示范站前要通过检查，这个服务站还没有检查过，请联系文明办安排检查。",
            code="stations.no_visit",
        )
    if not visit.is_passed:
        raise Refusal(
            f"最近一次检查没有合格（{visit.score} 分），请整改并重新检查后再申报。",
            code="stations.visit_failed",
        )
    if local_date(visit.submitted_at) < months_after(on, -months):
        raise Refusal(
            f"最近一次检查已超过 {months} 个月，请联系文明办重新检查后再申报。",
            code="stations.visit_old",
        )
    if Finding.objects.filter(station=station).exclude(state=FindingState.CLOSED).exists():
        raise Refusal("还有没完成的整改，请全部整改后再申报。", code="stations.findings_open")
    return visit


def live_demonstration(station: Station) -> Demonstration | None:
    """Return the naming that runs for a station, or holds."""
    rows = Demonstration.objects.filter(station=station, state__in=LIVE_DEMONSTRATIONS)
    return cast("Demonstration | None", rows.select_related("inspection", "proposed_by").first())


def demonstrations(scope: Scope, *, state: str, today: date) -> QuerySet[Demonstration]:
    """Return the namings within reach; `recheck` are those whose yearly look is overdue."""
    found: QuerySet[Demonstration] = Demonstration.objects.in_scope(scope).select_related(
        "station__organization", "station__region", "inspection"
    )
    if state == "recheck":
        found = found.filter(state=DemonstrationState.EFFECTIVE, recheck_on__lt=today)
    elif state in DemonstrationState.values:
        found = found.filter(state=state)
    return found.order_by("-proposed_at", "-pk")
