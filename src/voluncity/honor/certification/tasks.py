"""Jobs: count batches, print certificates, look at doubted honors, settle a new star ladder."""

from __future__ import annotations

from datetime import timedelta

from django.utils.timezone import now
from django_tasks import task

from voluncity.city.jobs.rules import LONG
from voluncity.honor.certification import actions, paper, queries
from voluncity.honor.recognition import actions as recognition

SILENCE = timedelta(minutes=10)


@task(queue_name=LONG)
def count_batch(batch_id: int) -> None:
    """Count one batch; done twice, it does no harm."""
    actions.count_batch(batch_id=batch_id, clock=now)


@task()
def make_pack(pack_id: int) -> None:
    """Print the certificates of one batch; taken by another worker, it is left alone."""
    actions.make_pack(pack_id=pack_id, print_honors=paper.honors_pdf, clock=now)


def go_on() -> None:
    """Give batches and packs whose worker was killed to another one; count doubted honors."""
    at = now()
    for batch_id in queries.silent_batches(before=at - SILENCE):
        if actions.claim_batch(batch_id=batch_id, before=at - SILENCE, at=at):
            count_batch.enqueue(batch_id)
    for pack_id in actions.silent_packs(at=at):
        make_pack.enqueue(pack_id)
    actions.recheck(at=at)


def keep_up() -> None:
    """Delete old packs; settle everybody's hour stars when a new ladder began to hold."""
    actions.sweep_packs(at=now())
    recognition.settle_new_ladder(at=now())
