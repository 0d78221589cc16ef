"""What the archives add to the figures of projects: people served, money spent."""

from __future__ import annotations

from django.db.models import Sum

from voluncity.service.archives.models import Outcome, Photo, Spending
from voluncity.service.archives.states import SETTLED_STATES, Faces
from voluncity.service.projects.models import Project

# Outcomes are of many units (trees, bags); only those that count people are people served.
_PEOPLE = "人"
_PROJECT = "archive__activity__project"


def totals(project_ids: list[int]) -> dict[int, dict[str, int]]:
    """Return people served and fen spent of each project, from archives that were accepted."""
    theirs = {f"{_PROJECT}__in": project_ids, "archive__state__in": SETTLED_STATES}
    served = Outcome.objects.filter(**theirs, kind__unit__startswith=_PEOPLE)
    spent = Spending.objects.filter(**theirs)
    found: dict[int, dict[str, int]] = {}
    for name, rows in (
        ("people_served", served.order_by().values_list(_PROJECT).annotate(n=Sum("number"))),
        ("spent_fen", spent.order_by().values_list(_PROJECT).annotate(n=Sum("fen"))),
    ):
        for project, number in rows:
            found.setdefault(project, {})[name] = int(number)
    return found


def photos_of(project: Project) -> list[Photo]:
    """Return the photos of a project's archives that may be shown, newest activity first."""
    return list(
        Photo.objects.filter(archive__activity__project=project, hidden_at=None)
        .exclude(faces=Faces.MINORS)
        .select_related("archive__activity", "small", "shown")
        .order_by("-archive__activity__starts_at", "archive", "position", "pk")
    )
