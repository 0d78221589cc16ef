"""Jobs: print certificates, go on where a worker was killed, delete old files."""

from __future__ import annotations

from django.utils.timezone import now
from django_tasks import task

from voluncity.honor.recognition import actions


@task()
def make_prints(job_id: int) -> None:
    """Print one job; taken by another worker, it is left alone."""
    actions.make_prints(job_id=job_id, clock=now)


def go_on() -> None:
    """Give jobs whose worker was killed to another one."""
    for job_id in actions.silent_prints(at=now()):
        make_prints.enqueue(job_id)


def sweep_prints() -> int:
    """Delete the files of old jobs."""
    return actions.sweep_prints(at=now())
