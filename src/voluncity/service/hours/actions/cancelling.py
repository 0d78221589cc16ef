"""Cancel hours that a closed case found to be untrue; the books stay as true as the records."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from voluncity.city.people.models import User
from voluncity.service.hours.actions.correcting import reverse_posted
from voluncity.service.hours.actions.loading import EVIDENCE, take_turns
from voluncity.service.hours.actions.posting import refuse_records
from voluncity.service.hours.models import LIVE, ServiceRecord
from voluncity.service.hours.states import RecordState


@transaction.atomic
def cancel(*, record_ids: Collection[int], reason: str, by: User, at: datetime) -> int:
    """Reverse what is posted and refuse what is on its way; return how many records that were.

    The caller has decided who may; records that count no more are left as they are.
    """
    wanted = ServiceRecord.objects.filter(pk__in=record_ids)
    take_turns(wanted.values_list("volunteer_id", flat=True))
    records = list(wanted.filter(state__in=LIVE).select_related(*EVIDENCE).order_by("pk"))
    posted = [one for one in records if one.state == RecordState.POSTED]
    for one in posted:
        reverse_posted(one, reason=reason, by=by, at=at)
    for state in (RecordState.COMPUTED, RecordState.CONFIRMED, RecordState.SHOWN):
        refuse_records([one for one in records if one.state == state], reason=reason, by=by, at=at)
    return len(records)
