"""Jobs: count a batch; give batches whose worker was killed to another one."""

from __future__ import annotations

from datetime import timedelta

from django.utils.timezone import now
from django_tasks import task

from voluncity.city.jobs.rules import LONG
from voluncity.honor.ratings import actions, queries

SILENCE = timedelta(minutes=10)


@task(queue_name=LONG)
def count_batch(batch_id: int) -> None:
    """Count one batch; done twice, it does no harm."""
    actions.count_batch(batch_id=batch_id, clock=now)


def go_on_with_batches() -> None:
    """Count the batches on which nobody works any more."""
    at = now()
    for batch_id in queries.silent_batches(before=at - SILENCE):
        if actions.claim_batch(batch_id=batch_id, before=at - SILENCE, at=at):
            count_batch.enqueue(batch_id)
