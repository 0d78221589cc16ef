"""Jobs: ask the authority about one real-name check; read lists; forget what is old."""

from __future__ import annotations

from contextlib import suppress

from django.utils.timezone import now
from django_tasks import task

from voluncity.city.jobs import queries as jobs
from voluncity.city.jobs.rules import LONG, Interrupted, is_stopping
from voluncity.city.people import actions, identity_gateway, queries
from voluncity.city.people.models import IdentityCheck
from voluncity.kernel.refusals import WrongState


@task()
def ask_authority(check_id: int) -> None:
    """Ask the authority and write down its answer; without an answer the desk decides.

    The network is asked outside any transaction. Asking twice does no harm.
    """
    check = IdentityCheck.objects.select_related("volunteer").get(pk=check_id)
    if check.decided_at is not None:
        return
    person = check.volunteer
    answer = identity_gateway.ask(
        name=person.name, id_type=person.id_type, number=queries.id_number_of(person)
    )
    if answer.is_match is None:
        return
    try:
        actions.decide_identity(
            check_id=check_id, is_match=answer.is_match, reason=answer.reason, by=None, at=now()
        )
    except WrongState:
        return  # somebody at a desk was quicker


def forget_tries() -> None:
    """Delete counted tries that no limit looks at any more."""
    actions.forget_tries(at=now())


@task(queue_name=LONG)
def run_import(batch_id: int) -> None:
    """Read one list of the desk to its end; taken by another worker, it is left alone.

    A worker that is asked to stop gives it back: `go_on_with_imports` hands it to the next one.
    """
    with suppress(Interrupted):
        actions.run_import(batch_id=batch_id, clock=now, is_stopping=is_stopping)


def go_on_with_imports() -> None:
    """Give lists whose worker was killed or stopped to another one, unless they are queued."""
    queued = jobs.waiting_arguments(run_import.module_path)
    for batch_id in queries.silent_batches(at=now()):
        if [batch_id] not in queued:
            run_import.enqueue(batch_id)


def forget_lists() -> None:
    """Delete uploaded lists that nobody finished, and old reports."""
    actions.forget_lists(at=now())
