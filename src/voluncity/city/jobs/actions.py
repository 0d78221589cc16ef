"""Take turns: at recurring work, at long jobs, and at one row, so that each is done once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from django.db import transaction
from django.db.models import F, Q, QuerySet

from voluncity.city.jobs.models import Leased, Turn
from voluncity.kernel.flow import Flow
from voluncity.kernel.refusals import NotFound

FAILURE_LENGTH = Turn._meta.get_field("failure").max_length  # noqa: SLF001 -- Django's documented API
SILENT = timedelta(minutes=3)  # whoever says nothing of a job for so long was killed
MOST_TURNS = 5
Job = TypeVar("Job", bound=Leased)


def take_turn(*, work: str, every: timedelta, at: datetime) -> bool:
    """Take the next turn at `work` if it is due; return whether it is ours.

    Two workers that ask at once get one yes: the update is the decision.
    """
    due = Q(taken_at=None) | Q(taken_at__lte=at - every)
    if Turn.objects.filter(due, work=work).update(taken_at=at):
        return True
    if Turn.objects.filter(work=work).exists():
        return False
    Turn.objects.get_or_create(work=work)
    return take_turn(work=work, every=every, at=at)


def note_success(*, work: str) -> None:
    """Forget an earlier failure."""
    Turn.objects.filter(work=work, failed_at__isnull=False).update(failed_at=None, failure="")


def note_failure(*, work: str, failure: str, at: datetime) -> None:
    """Keep what went wrong, for the operator."""
    kept = failure[:FAILURE_LENGTH] or "unknown"
    Turn.objects.filter(work=work).update(failed_at=at, failure=kept)


def hold(rows: QuerySet[Any], flow: Flow, verb: str, *, missing: str) -> Any:
    """Hold a row from whose state `verb` is possible: whoever comes meanwhile waits their turn.

    To the end of the transaction, on every database.
    :raises NotFound: in the words of `missing`, when there is none.
    :raises WrongState: when its state knows no such step; the flow says what to tell.
    """
    held = rows.filter(state__in=flow.sources(verb)).update(state=F("state"))
    row = rows.first()
    if row is None:
        raise NotFound(missing)
    if not held:
        flow.after(verb, row.state)
    return row


class Taken(Exception):
    """Another worker does the job now."""


class Lease(Generic[Job]):
    """The lease of one kind of long jobs that end in a file: one worker makes each at a time.

    Its flow says what a job is while it waits (from `finish` and `fail`), once it is made, and
    when it was given up.
    """

    def __init__(self, model: type[Job], flow: Flow) -> None:
        self._model = model
        [self.waiting] = flow.sources("finish")
        self.ready = flow.after("finish", self.waiting)
        self.failed = flow.after("fail", self.waiting)

    def take(self, job: Job, *, at: datetime, **anew: Any) -> bool:
        """Return whether the job is ours now: nobody began it, or its worker is silent for long.

        One that never ends is given up. `anew` is what begins from the beginning.
        """
        if job.turn and job.touched_at > at - SILENT:
            return False
        if job.turn >= MOST_TURNS:
            self._mine(job).update(state=self.failed)
            return False
        if not self._mine(job).update(turn=F("turn") + 1, touched_at=at, **anew):
            return False
        job.turn += 1
        return True

    def write(self, job: Job, **changes: Any) -> None:
        """Write what is new about a job that is ours.

        :raises Taken: when another worker has taken it, and nothing is ours to write any more.
        """
        if not self._mine(job).update(**changes):
            raise Taken

    def silent(self, *, at: datetime) -> list[int]:
        """Return the jobs whose worker was killed, or that nobody began."""
        found = self._rows().filter(state=self.waiting, touched_at__lte=at - SILENT)
        return list(found.order_by("pk").values_list("pk", flat=True))

    def _mine(self, job: Job) -> QuerySet[Any]:
        return self._rows().filter(pk=job.pk, state=self.waiting, turn=job.turn)

    def _rows(self) -> QuerySet[Any]:
        return self._model._default_manager.all()  # noqa: SLF001 -- Django's documented API


@transaction.atomic
def sweep(
    rows: QuerySet[Any], flow: Flow, *, before: datetime, remove: Callable[[Any], object]
) -> int:
    """Remove the files of jobs that were made before an instant; return how many.

    A job whose flow knows no step `remove` goes with its file.
    """
    ready = flow.after("finish", flow.sources("finish")[0])
    old = list(rows.filter(state=ready, made_at__lt=before).select_related("file"))
    found = rows.filter(state=ready, pk__in=[one.pk for one in old])
    if any(step.verb == "remove" for step in flow.verbs(ready)):
        found.update(state=flow.after("remove", ready), file=None)
    else:
        found.delete()
    for one in old:
        remove(one.file)
    return len(old)
