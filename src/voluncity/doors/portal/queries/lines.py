"""The 26 lines of work: what is done in each, by whom, and who leads it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Max, Q, QuerySet, Sum

from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import Person, scope_of
from voluncity.city.orgs.models import Organization
from voluncity.doors.portal.models import LineFigures, OrganizationFigures
from voluncity.kernel.refusals import NotFound
from voluncity.service.hours.models import OPEN, ServiceRecord
from voluncity.service.hours.states import RecordState
from voluncity.service.projects import queries as projects
from voluncity.service.projects.models import Activity, Leading, Line, Project
from voluncity.service.projects.states import RECRUITING_STATES, ActivityState

LINE = "signup__shift__activity__project__line"
SUMS = ("projects", "open_activities", "minutes", "year_minutes", "unfinished")
SHOWN = 30


@dataclass(frozen=True)
class LineRow:
    """One line with what is done in it within somebody's reach."""

    line: Line
    is_led: bool
    projects: int
    open_activities: int
    minutes: int
    year_minutes: int
    unfinished: int

    @property
    def hours(self) -> int:
        """Return the full hours of all time."""
        return self.minutes // 60

    @property
    def year_hours(self) -> int:
        """Return the full hours of this year."""
        return self.year_minutes // 60


def count_lines(*, year: date, at: datetime) -> list[LineFigures]:
    """Return what each organization does in each line; `year` is the first day of the year."""
    records = ServiceRecord.objects.exclude(**{LINE: None}).order_by()
    posted = {
        (line, organization): (total, in_year)
        for line, organization, total, in_year in records.filter(state=RecordState.POSTED)
        .values_list(LINE, "organization")
        .annotate(
            total=Sum("minutes"),
            in_year=Sum("minutes", filter=Q(served_on__gte=year), default=0),
        )
    }
    unfinished = _numbers(records.filter(state__in=OPEN).values_list(LINE, "organization"))
    running = Project.objects.filter(state__in=RECRUITING_STATES).exclude(line=None).order_by()
    works = _numbers(running.values_list("line", "organization"))
    coming = Activity.objects.filter(
        state=ActivityState.OPEN, ends_at__gt=at, project__line__isnull=False
    ).order_by()
    to_come = _numbers(coming.values_list("project__line", "project__organization"))
    return [
        LineFigures(
            line_id=key[0],
            organization_id=key[1],
            projects=works.get(key, 0),
            open_activities=to_come.get(key, 0),
            minutes=minutes,
            year_minutes=in_year,
            unfinished=unfinished.get(key, 0),
            counted_at=at,
        )
        for key in sorted(posted.keys() | unfinished.keys() | works.keys() | to_come.keys())
        for minutes, in_year in [posted.get(key, (0, 0))]
    ]


def _numbers(rows: QuerySet[Any, Any]) -> dict[tuple[int, int], int]:
    return {(line, organization): n for line, organization, n in rows.annotate(n=Count("pk"))}


def rows_for(user: Person) -> list[LineRow]:
    """Return the lines that somebody supervises, the ones they lead first."""
    scope = scope_of(user, Permission.PROJECT_SEE)
    led = set(
        Leading.objects.filter(organization__in=scope.leading, until=None).values_list(
            "line", flat=True
        )
    )
    sums = _sums(LineFigures.objects.in_scope(scope), "line")
    rows = [
        LineRow(line, line.pk in led, **_of(sums.get(line.pk)))
        for line in projects.lines_seen_by(user)
    ]
    return sorted(rows, key=lambda row: (not row.is_led, row.line.number))


def line_of(user: Person, number: int) -> Line:
    """Return one line that somebody supervises.

    :raises NotFound: when there is none, or it is outside of their work.
    """
    line: Line | None = projects.lines_seen_by(user).filter(number=number).first()
    if line is None:
        raise NotFound("没有找到这类项目，或者它不在您的管理范围内。")
    return line


def row_of(user: Person, line: Line) -> LineRow:
    """Return what is done in one line within somebody's reach."""
    return next(row for row in rows_for(user) if row.line == line)


def by_organization(user: Person, line: Line) -> list[dict[str, Any]]:
    """Return the organizations that do most in a line, as bars: hours of the year."""
    reach = LineFigures.objects.in_scope(scope_of(user, Permission.PROJECT_SEE)).filter(line=line)
    rows = reach.select_related("organization").order_by("-year_minutes", "pk")[:SHOWN]
    return [
        {"label": row.organization.name, "value": row.year_minutes // 60}
        for row in rows
        if row.year_minutes >= 60  # noqa: PLR2004 -- an hour, the unit of the chart
    ]


def counted_at() -> datetime | None:
    """Return when the lines were counted last."""
    found: datetime | None = LineFigures.objects.aggregate(at=Max("counted_at"))["at"]
    return found


def _sums(found: QuerySet[Any], name: str) -> dict[int, dict[str, int]]:
    rows = found.order_by().values(name).annotate(**{f"sum_{one}": Sum(one) for one in SUMS})
    return {row[name]: {one: row[f"sum_{one}"] or 0 for one in SUMS} for row in rows}


def _of(sums: dict[str, int] | None) -> dict[str, int]:
    return sums or dict.fromkeys(SUMS, 0)


@dataclass(frozen=True)
class OwnFigures:
    """The hours of one organization with all below it, and what it does next."""

    minutes: int
    year_minutes: int
    coming: list[Activity]

    @property
    def hours(self) -> int:
        """Return the full hours of all time."""
        return self.minutes // 60

    @property
    def year_hours(self) -> int:
        """Return the full hours of this year."""
        return self.year_minutes // 60


def of_organization(organization: Organization, *, at: datetime) -> OwnFigures:
    """Return what an organization's page shows beside its members: kept sums, next activities."""
    kept = OrganizationFigures.objects.filter(organization__path__startswith=organization.path)
    sums = kept.aggregate(minutes=Sum("minutes"), year_minutes=Sum("year_minutes"))
    coming = Activity.objects.filter(
        project__organization__path__startswith=organization.path,
        project__state__in=RECRUITING_STATES,
        state=ActivityState.OPEN,
        ends_at__gt=at,
    )
    return OwnFigures(
        minutes=sums["minutes"] or 0,
        year_minutes=sums["year_minutes"] or 0,
        coming=list(coming.select_related("region").order_by("starts_at", "pk")[:5]),
    )
