"""What everybody may read about a project."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet, Sum

from voluncity.service.projects.models import Activity, Project
from voluncity.service.projects.states import PUBLIC_STATES, ActivityState


def public_projects() -> QuerySet[Project]:
    """Return the projects that were published."""
    return Project.objects.filter(state__in=PUBLIC_STATES).select_related(
        "organization__region", "line", "category", "course"
    )


def coming_activities(project: Project, *, at: datetime, limit: int = 20) -> list[Activity]:
    """Return the project's open activities that are not over, soonest first, with their places."""
    coming = project.activities.filter(state=ActivityState.OPEN, ends_at__gt=at)
    return list(
        coming.select_related("region")
        .annotate(places=Sum("shifts__capacity"), taken=Sum("shifts__taken"))
        .order_by("starts_at", "pk")[:limit]
    )
