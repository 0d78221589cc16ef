"""Hold a batch while something is done with it, and keep people from their own case."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from voluncity.city.jobs.actions import hold
from voluncity.city.people import queries as people
from voluncity.city.people.models import User
from voluncity.honor.certification.models import Batch
from voluncity.honor.certification.states import BATCH_FLOW
from voluncity.kernel.refusals import NotAllowed


def hold_batch(batch_id: int, verb: str) -> Batch:
    """Hold a batch from which `verb` is possible; the table says what to tell where it is not."""
    rows = Batch.objects.select_related("region", "ladder__category").filter(pk=batch_id)
    batch: Batch = hold(rows, BATCH_FLOW, verb, missing="没有找到这个认定批次。")
    return batch


def refuse_own(volunteer_ids: Collection[int], by: User, *, on: date) -> None:
    """Refuse who is among these people, or answers for a child among them.

    :raises NotAllowed: always with the way out: a colleague.
    """
    if set(people.records_for(by, on=on)) & set(volunteer_ids):
        raise NotAllowed(
            "名单里有您本人或您监护的孩子，请由其他工作人员办理。", code="certification.own_case"
        )
