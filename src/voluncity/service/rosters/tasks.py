"""Jobs: make shifts every night, work out and publish drafts, go on where a worker was killed."""

from __future__ import annotations

from django.utils.timezone import now
from django_tasks import task

from voluncity.city.jobs.rules import LONG
from voluncity.service.rosters.actions import generating, publishing, runs


@task(queue_name=LONG)
def work_at_run(run_id: int) -> None:
    """Work out one draft to its end; taken by another worker, it is left alone."""
    runs.work_at_run(run_id=run_id, clock=now)


@task(queue_name=LONG)
def work_at_publishing(run_id: int) -> None:
    """Give the places of one draft."""
    publishing.work_at_publishing(run_id=run_id, clock=now)


def go_on() -> None:
    """Give drafts whose worker was killed to another one."""
    for run_id in runs.silent_runs(at=now()):
        work_at_run.enqueue(run_id)
    for run_id in publishing.silent_publishings(at=now()):
        work_at_publishing.enqueue(run_id)


def generate_due() -> None:
    """Make the shifts that came into sight."""
    generating.generate_due(at=now())
