"""Projects with their progress as the desk lists them, and lines with theirs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Case, Count, IntegerField, Max, Q, QuerySet, Sum, Value, When

from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import Person, scope_of
from voluncity.city.access.scopes import Scope, ScopedQuerySet
from voluncity.service.progress.models import Progress, YearPlan
from voluncity.service.progress.states import Standing, YearState
from voluncity.service.projects import queries as projects
from voluncity.service.projects.models import Line, Project
from voluncity.service.projects.states import ProjectState

TASKS = {"late": "总结逾期", "review": "总结待审核", "behind": "进度滞后"}
# Drafts and what waits for approval have no progress yet; a training is no project.
LISTED_STATES = (
    ProjectState.APPROVED,
    ProjectState.PUBLISHED,
    ProjectState.RUNNING,
    ProjectState.SUMMARIZED,
    ProjectState.CLOSED,
)
_ORDER = {
    Standing.BEHIND: 0,
    Standing.ON_COURSE: 1,
    Standing.NOT_STARTED: 2,
    Standing.OVER: 3,
}


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; empty values ask for nothing."""

    q: str = ""
    standing: str = ""
    line_id: int | None = None
    organization_path: str = ""
    year: int | None = None
    task: str = ""


@dataclass
class LineProgress:
    """One line: its projects by standing, and the plans of the year."""

    line: Line
    counts: dict[str, int] = field(default_factory=dict)
    late: int = 0
    sessions: int = 0
    projects_wanted: int = 0
    sessions_wanted: int = 0
    projects_of_year: int = 0

    @property
    def all(self) -> int:
        """Return how many projects the line has."""
        return sum(self.counts.values())

    @property
    def planned(self) -> int:
        """Return how many have not begun."""
        return self.counts.get(Standing.NOT_STARTED, 0)

    @property
    def running(self) -> int:
        """Return how many are on course."""
        return self.counts.get(Standing.ON_COURSE, 0)

    @property
    def behind(self) -> int:
        """Return how many are behind."""
        return self.counts.get(Standing.BEHIND, 0)

    @property
    def over(self) -> int:
        """Return how many have ended."""
        return self.counts.get(Standing.OVER, 0)


def listed(scope: Scope, filters: Filters) -> ScopedQuerySet:
    """Return the projects within a scope that fit, what is behind first."""
    found: ScopedQuerySet = Project.objects.in_scope(scope).filter(state__in=LISTED_STATES)
    if filters.q:
        found = found.filter(
            Q(name__icontains=filters.q) | Q(organization__name__icontains=filters.q)
        )
    if filters.standing:
        found = found.filter(progress__standing=filters.standing)
    if filters.line_id:
        found = found.filter(line=filters.line_id)
    if filters.organization_path:
        found = found.filter(organization__path__startswith=filters.organization_path)
    if filters.year:
        found = found.filter(
            starts_on__lte=date(filters.year, 12, 31), ends_on__gte=date(filters.year, 1, 1)
        )
    order = Case(
        *(When(progress__standing=one, then=Value(place)) for one, place in _ORDER.items()),
        default=Value(len(_ORDER)),
        output_field=IntegerField(),
    )
    return (
        _task(found, filters.task)
        .select_related("organization", "line", "category", "progress", "aim")
        .order_by(order, "ends_on", "pk")
    )


def _task(found: ScopedQuerySet, task: str) -> ScopedQuerySet:
    if task == "late":
        return found.filter(progress__is_summary_late=True)
    if task == "review":
        return found.filter(state=ProjectState.SUMMARIZED)
    return found.filter(progress__standing=Standing.BEHIND) if task == "behind" else found


def task_counts(scope: Scope) -> list[tuple[str, str, int]]:
    """Return how many projects wait in each pile."""
    near = Project.objects.in_scope(scope).filter(state__in=LISTED_STATES)
    found = near.aggregate(
        late=Count("pk", filter=Q(progress__is_summary_late=True)),
        review=Count("pk", filter=Q(state=ProjectState.SUMMARIZED)),
        behind=Count("pk", filter=Q(progress__standing=Standing.BEHIND)),
    )
    return [(key, label, found[key]) for key, label in TASKS.items()]


def counted_at() -> datetime | None:
    """Return when projects were counted last."""
    found: datetime | None = Progress.objects.aggregate(at=Max("counted_at"))["at"]
    return found


def lines_of(user: Person, *, year: int) -> list[LineProgress]:
    """Return the lines that somebody supervises, each with its projects and plans of a year."""
    rows = {line.pk: LineProgress(line) for line in projects.lines_seen_by(user).order_by("number")}
    scope = scope_of(user, Permission.PROJECT_SEE)
    near = Progress.objects.in_scope(scope).filter(project__line__in=list(rows))
    in_year = Q(project__starts_on__lte=date(year, 12, 31), project__ends_on__gte=date(year, 1, 1))
    counted = (
        near.exclude(project__state=ProjectState.CANCELLED)
        .order_by()
        .values("project__line", "standing")
        .annotate(
            n=Count("pk"), late=Count("pk", filter=Q(is_summary_late=True)),
            of_year=Count("pk", filter=in_year),
            sessions_=Sum("sessions", filter=in_year, default=0),
        )
    )  # fmt: skip
    for one in counted:
        row = rows[one["project__line"]]
        row.counts[one["standing"]] = one["n"]
        row.late += one["late"]
        row.projects_of_year += one["of_year"]
        row.sessions += one["sessions_"]
    _add_plans(rows, year)
    return list(rows.values())


def _add_plans(rows: dict[int, LineProgress], year: int) -> None:
    accepted = YearPlan.objects.filter(year=year, state=YearState.ACCEPTED, line__in=list(rows))
    for plan in accepted.order_by("pk"):
        rows[plan.line_id].projects_wanted += plan.projects_wanted
        rows[plan.line_id].sessions_wanted += plan.sessions_wanted


def for_papers(scope: Scope, filters: Filters, *, most: int) -> list[Project]:
    """Return the projects of a printed plan, by line and organization."""
    found: QuerySet[Project] = listed(scope, filters)
    return list(found.order_by("line__number", "organization__name", "starts_on", "pk")[:most])
