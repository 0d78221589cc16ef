"""Lines of work: who leads them, and what stands in the way of an organization that ends."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse

from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import Person, scope_of
from voluncity.city.orgs.rules import OpenWork
from voluncity.service.projects.models import Leading, Line, Project
from voluncity.service.projects.states import ProjectState

# Nobody waits for these any more, or nobody saw them yet.
_AT_REST = (
    ProjectState.DRAFT,
    ProjectState.SENT_BACK,
    ProjectState.CLOSED,
    ProjectState.CANCELLED,
    ProjectState.TEACHING,
)


def lines() -> QuerySet[Line]:
    """Return all lines with the units that lead them now, as `units` beside each."""
    live = Leading.objects.filter(until=None).select_related("organization")
    return Line.objects.prefetch_related(
        Prefetch("leadings", queryset=live.order_by("pk"), to_attr="units")
    )


def lines_seen_by(user: Person) -> QuerySet[Line]:
    """Return the lines that somebody supervises.

    Offices see all; lead units the ones they lead, and those in which something below them works.
    """
    scope = scope_of(user, Permission.PROJECT_SEE)
    if scope.regions:
        return lines()
    works = Project.objects.in_scope(scope).exclude(line=None).values("line")
    return lines().filter(
        Q(pk__in=works) | Q(pk__in=Leading.objects.lines_of(scope.leading)),
    )


def line_led_by(user: Person) -> Line | None:
    """Return the one line that somebody's unit leads now; none where it leads several, or none."""
    leading = scope_of(user, Permission.PROJECT_SEE).leading
    found = list(Line.objects.open().filter(pk__in=Leading.objects.lines_of(leading))[:2])
    return found[0] if len(found) == 1 else None


def leaders(line: Line) -> QuerySet[Leading]:
    """Return who leads a line and who led it before, the newest first."""
    return line.leadings.select_related("organization").order_by("until", "-since", "pk")


def open_work(*, organization_id: int, at: datetime) -> list[OpenWork]:
    """Return which projects and lines an organization must hand over or finish before it ends."""
    projects = Project.objects.filter(organization=organization_id).exclude(state__in=_AT_REST)
    leads = Leading.objects.filter(organization=organization_id, until=None)
    found = []
    if number := projects.count():
        page = f"{reverse('projects:desk_list')}?organization={organization_id}"
        found.append(OpenWork(f"{number} 个项目没有结项或取消", page))
    if number := leads.count():
        found.append(OpenWork(f"牵头 {number} 类项目，请文明办先调整牵头单位"))
    return found
