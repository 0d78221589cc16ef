"""Lists that somebody imports at the desk, and answer files of the authority."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from voluncity.city.access.queries import Person
from voluncity.city.jobs import queries as jobs
from voluncity.city.people.models import IdentityBatch, ImportBatch, ImportLine
from voluncity.city.people.states import OPEN_BATCHES, BatchState, Origin
from voluncity.kernel.refusals import NotFound

SILENT = timedelta(minutes=3)  # a worker that says nothing for so long is gone


def open_batch(digest: str, *, by: Person) -> ImportBatch | None:
    """Return somebody's import of the file with this digest at the desk that is not over."""
    return my_batches(by).filter(digest=digest, state__in=OPEN_BATCHES).first()


def my_batches(user: Person) -> QuerySet[ImportBatch]:
    """Return the lists that somebody imports or imported at the desk, newest first."""
    mine = ImportBatch.objects.filter(started_by_id=user.pk, origin=Origin.DESK)
    return mine.select_related("file", "region", "organization").order_by("-pk")


def my_batch(user: Person, pk: int) -> ImportBatch:
    """Return one of these.

    :raises NotFound: when there is none, or it is somebody else's.
    """
    found = my_batches(user).filter(pk=pk).first()
    if found is None:
        raise NotFound("没有找到这次导入，或者它是别人办理的。")
    return found


def lines_of(batch: ImportBatch, *, outcome: str = "") -> QuerySet[ImportLine]:
    """Return what became of the rows of a list, in their order."""
    found = batch.lines.order_by("row")
    return found.filter(outcome=outcome) if outcome else found


def is_silent(batch: ImportBatch, *, at: datetime) -> bool:
    """Return whether a list runs, but its worker has said nothing for minutes, or nobody works."""
    if batch.state == BatchState.WAITING:  # behind other lists it may wait for long
        return not jobs.worker_is_alive(at=at)
    is_running = batch.state == BatchState.RUNNING
    return is_running and (batch.touched_at is None or batch.touched_at <= at - SILENT)


def silent_batches(*, at: datetime) -> list[int]:
    """Return the lists whose worker is gone, or that none has taken."""
    silent = Q(touched_at__lte=at - SILENT) | Q(touched_at=None)
    states = (BatchState.WAITING, BatchState.RUNNING)
    found = ImportBatch.objects.filter(silent, origin=Origin.DESK, state__in=states)
    return list(found.order_by("pk").values_list("pk", flat=True))


def my_answers(user: Person) -> QuerySet[IdentityBatch]:
    """Return the answer files that somebody uploaded, newest first."""
    return IdentityBatch.objects.filter(uploaded_by_id=user.pk).order_by("-pk")


def my_answer(user: Person, pk: int) -> IdentityBatch:
    """Return one of these.

    :raises NotFound: when there is none, or it is somebody else's.
    """
    found = my_answers(user).filter(pk=pk).first()
    if found is None:
        raise NotFound("没有找到这个答复文件，或者它是别人上传的。")
    return found
