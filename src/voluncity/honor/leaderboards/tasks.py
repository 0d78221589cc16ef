"""Jobs: make all scores for the first time, count figures."""

from __future__ import annotations

from datetime import timedelta

from django.utils.timezone import now
from django_tasks import task

from voluncity.city.jobs.rules import LONG, is_stopping
from voluncity.honor.leaderboards import actions, queries

SILENCE = timedelta(minutes=10)


@task(queue_name=LONG)
def build() -> None:
    """Make all scores, or go on where another worker stopped; done twice, it does no harm."""
    actions.build(clock=now, is_wanted=lambda: not is_stopping())


def go_on_building() -> None:
    """Let a worker make the scores while they are not made, and nobody works on them."""
    at = now()
    if queries.is_building_silent(before=at - SILENCE) and actions.claim_building(
        before=at - SILENCE, at=at
    ):
        build.enqueue()


def count_figures() -> int:
    """Count what areas and organizations have done, where something changed."""
    return actions.count_due(at=now())
