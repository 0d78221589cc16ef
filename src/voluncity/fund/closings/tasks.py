"""Recurring work and jobs of the slice."""

from __future__ import annotations

from django.utils.timezone import now
from django_tasks import task

from voluncity.fund.closings import actions


@task()
def make_archive(archive_id: int) -> None:
    """Make one archive; taken by another worker, it is left alone."""
    actions.make_archive(archive_id=archive_id, clock=now)


def go_on() -> None:
    """Give archives whose worker was killed to another one."""
    for archive_id in actions.silent_archives(at=now()):
        make_archive.enqueue(archive_id)


def keep_terms() -> None:
    """Begin the closings of projects that have ended; remind of days."""
    actions.keep_terms(at=now())
