"""Count the progress of projects again and again, and remind who is behind."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from voluncity.city.journal.actions import record
from voluncity.kernel.clock import local_date
from voluncity.service.progress import queries
from voluncity.service.progress.models import Progress
from voluncity.service.progress.rules import (
    Figures,
    Limits,
    owes_summary,
    standing,
    summary_due_at,
)
from voluncity.service.progress.states import Standing
from voluncity.service.projects.models import Project
from voluncity.service.projects.states import ProjectState

# At once, so that a city of thousands of projects is counted in small transactions.
PORTION = 200
COUNTED = (
    ProjectState.APPROVED,
    ProjectState.PUBLISHED,
    ProjectState.RUNNING,
    ProjectState.SUMMARIZED,
    ProjectState.CLOSED,
    ProjectState.CANCELLED,
)
_GO_ON = COUNTED[:4]
_COLUMNS = (
    "standing", "sessions", "people_served", "volunteers", "visits", "proven_minutes",
    "entered_minutes", "spent_fen", "behind_since", "summary_due_at", "is_summary_late",
    "counted_at",
)  # fmt: skip


def count_progress(*, at: datetime) -> int:
    """Count every project that goes on, and once more each that has ended; return how many."""
    due = Q(state__in=_GO_ON) | Q(progress=None)
    # What came into the books of a closed project later is counted once a day.
    due |= Q(progress__counted_at__lt=at - timedelta(days=1))
    ids = list(
        Project.objects.filter(due, state__in=COUNTED).order_by("pk").values_list("pk", flat=True)
    )
    for start in range(0, len(ids), PORTION):
        count_some(project_ids=ids[start : start + PORTION], at=at)
    return len(ids)


@transaction.atomic
def count_some(*, project_ids: Iterable[int], at: datetime) -> None:
    """Count these projects and keep what was found."""
    ids = list(project_ids)
    today = local_date(at)
    limits, figures = queries.limits_on(today), queries.figures_of(ids, at=at)
    since = dict(Progress.objects.filter(pk__in=ids).values_list("pk", "behind_since"))
    rows = [
        _row(project, figures[project.pk], limits, since.get(project.pk), at=at)
        for project in Project.objects.filter(pk__in=ids, state__in=COUNTED)
    ]
    Progress.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["project"], update_fields=_COLUMNS
    )


def _row(
    project: Project, figures: Figures, limits: Limits, since: datetime | None, *, at: datetime
) -> Progress:
    stands = standing(
        state=project.state, starts_on=project.starts_on, ends_on=project.ends_on,
        planned=project.sessions_planned, sessions=figures.sessions, today=local_date(at),
        limits=limits,
    )  # fmt: skip
    due_at = summary_due_at(project.ends_on, limits) if owes_summary(project.state) else None
    kept = figures.kept()
    kept.pop("open_records")
    return Progress(
        project=project,
        standing=stands,
        behind_since=(since or at) if stands == Standing.BEHIND else None,
        summary_due_at=due_at,
        is_summary_late=due_at is not None and due_at <= at,
        counted_at=at,
        **kept,
    )


def remind(*, at: datetime) -> int:
    """Let the organizers of what is behind or owes its summary be told; return how many.

    Each project is reminded of at most once in `remind_days`.
    """
    again = at - timedelta(days=queries.limits_on(local_date(at)).remind_days)
    late = Progress.objects.filter(Q(standing=Standing.BEHIND) | Q(is_summary_late=True))
    late = late.filter(project__state__in=_GO_ON)  # what was cancelled since is counted later
    waiting = late.filter(Q(reminded_at=None) | Q(reminded_at__lte=again)).order_by("pk")
    told = 0
    for kept in list(waiting):
        told += _remind(kept, at=at)
    return told


@transaction.atomic
def _remind(kept: Progress, *, at: datetime) -> bool:
    same = Progress.objects.filter(pk=kept.pk, reminded_at=kept.reminded_at)
    if not same.update(reminded_at=at):
        return False
    verb = "remind_summary" if kept.is_summary_late else "remind_behind"
    record(f"progress.{verb}", ("project", kept.pk), by=None, at=at, sessions=kept.sessions)
    return True
