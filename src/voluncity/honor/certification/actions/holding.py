"""Hold a batch while something is done with it, and keep people from their own case."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import F

from voluncity.city.people import queries as people
from voluncity.city.people.models import User
from voluncity.honor.certification.models import Batch
from voluncity.honor.certification.states import BATCH_FLOW
from voluncity.kernel.refusals import NotAllowed, NotFound


def hold_batch(batch_id: int, verb: str) -> Batch:
    """Hold a batch from which `verb` is possible; the table says what to tell where it is not."""
    held = Batch.objects.filter(pk=batch_id, state__in=BATCH_FLOW.sources(verb)).update(
        until=F("until")
    )
    batch: Batch | None = (
        Batch.objects.select_related("region", "ladder__category").filter(pk=batch_id).first()
    )
    if batch is None:
        raise NotFound("没有找到这个认定批次。")
    if not held:
        BATCH_FLOW.after(verb, batch.state)
    return batch


def refuse_own(volunteer_ids: Collection[int], by: User, *, on: date) -> None:
    """Refuse who is among these people, or answers for a child among them.

    :raises NotAllowed: always with the way out: a colleague.
    """
    mine = {guardian.volunteer_id for guardian in people.wards(by, on=on)}
    own = by.volunteer_or_none
    if own is not None:
        mine |= set(people.records_of(own))
    if mine & set(volunteer_ids):
        raise NotAllowed(
            "名单里有您本人或您监护的孩子，请由其他工作人员办理。", code="certification.own_case"
        )
