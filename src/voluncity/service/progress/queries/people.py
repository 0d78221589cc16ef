"""Who hears about a project, a unit, a line."""

from __future__ import annotations

from voluncity.city.access.models import Grant
from voluncity.city.access.permissions import Permission, roles_with
from voluncity.city.orgs.models import Organization
from voluncity.service.projects.models import Leading, Project


def editors_of(organization: Organization) -> list[int]:
    """Return who plans projects for an organization itself, not those far above it."""
    held = Grant.objects.filter(
        organization=organization, revoked_at=None, user__is_active=True,
        role__in=[str(role) for role in roles_with(Permission.PROJECT_EDIT)],
    )  # fmt: skip
    return sorted(set(held.values_list("user_id", flat=True)))


def organizers_of(project: Project) -> list[int]:
    """Return who plans for a project's organization; its author where nobody does."""
    return editors_of(project.organization) or [project.created_by_id]


def planners_of_lines() -> list[int]:
    """Return who plans for the units that lead a line now."""
    units = Leading.objects.filter(until=None).values("organization")
    held = Grant.objects.filter(
        organization__in=units, revoked_at=None, user__is_active=True,
        role__in=[str(role) for role in roles_with(Permission.PROJECT_EDIT)],
    )  # fmt: skip
    return sorted(set(held.values_list("user_id", flat=True)))
