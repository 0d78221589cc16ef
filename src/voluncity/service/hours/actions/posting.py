"""Bring hours into the books, and take back what must not count."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.db.models import CharField, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Concat

from voluncity.city.journal.actions import record_many
from voluncity.city.ledger import actions as ledger
from voluncity.city.ledger.models import Transfer, Unit
from voluncity.kernel.refusals import WrongState
from voluncity.service.hours.actions.loading import take_turns
from voluncity.service.hours.models import ServiceRecord
from voluncity.service.hours.rules import account_key, holder_key, issue_key, transfer_key
from voluncity.service.hours.states import RECORD_FLOW, RecordState, Trust


@transaction.atomic
def post_records(
    records: Sequence[ServiceRecord], *, by: models.Model | None, at: datetime
) -> None:
    """Move the minutes of each record to its volunteer; all or none, in a few statements.

    :raises WrongState: when one of them was posted or taken back meanwhile.
    """
    if not records:
        return
    _transfer(records, by=by, at=at)
    transfer_of = Transfer.objects.filter(
        key=Concat(Value("record:"), Cast(OuterRef("pk"), CharField()))
    )
    _step(
        "post",
        records,
        posted_at=at,
        transfer_id=Subquery(transfer_of.values("pk")[:1]),
    )
    record_many("hours.post", [(one, posting_data(one)) for one in records], by=by, at=at)


def _transfer(records: Sequence[ServiceRecord], *, by: models.Model | None, at: datetime) -> None:
    issued = {
        trust: ledger.open_account(
            key=issue_key(trust), unit=Unit.MINUTES, holder="city", keeps_balance=False
        )
        for trust in sorted({Trust(record.trust) for record in records})
    }
    accounts = ledger.open_accounts(
        holders={
            account_key(one.volunteer_id, one.trust): holder_key(one.volunteer_id)
            for one in records
        },
        unit=Unit.MINUTES,
    )
    orders = [
        ledger.Order(
            debit=issued[Trust(one.trust)],
            credit=accounts[account_key(one.volunteer_id, one.trust)],
            amount=one.minutes,
            key=transfer_key(one.pk),
            source=transfer_key(one.pk),
        )
        for one in records
    ]
    ledger.transfer_many(orders, reason="志愿服务时长入账", at=at, by=by)


def posting_data(record: ServiceRecord) -> dict[str, Any]:
    """Return what the journal says about minutes that come or go."""
    return {
        "record": record.pk,
        "volunteer": record.volunteer_id,
        "minutes": record.minutes,
        "trust": str(record.trust),
        "served_on": str(record.served_on),
        "organization": record.organization_id,
    }


def refuse_records(
    records: Sequence[ServiceRecord], *, reason: str, by: models.Model | None, at: datetime
) -> None:
    """Let records count for nothing, with the reason that the volunteer reads."""
    if not records:
        return
    _step("refuse", records, state_reason=reason)
    data = [(one, {"record": one.pk, "volunteer": one.volunteer_id}) for one in records]
    record_many("hours.refuse", data, by=by, at=at)


def _step(verb: str, records: Sequence[ServiceRecord], **changes: Any) -> None:
    """Step all records in one conditional update.

    :raises WrongState: when one of them is not where the step begins; nothing is changed then.
    """
    target = RecordState({RECORD_FLOW.after(verb, one.state) for one in records}.pop())
    ids = [one.pk for one in records]
    changed = ServiceRecord.objects.filter(pk__in=ids, state__in=RECORD_FLOW.sources(verb)).update(
        state=target, **changes
    )
    if changed != len(ids):
        raise WrongState(
            "有的记录刚刚被别人办理过，这次没有改动任何记录，请刷新后再试。",
            code=f"wrong_state.{verb}",
        )
    for one in records:
        one.state = target


@transaction.atomic
def end_publicity(
    *, record_id: int, is_effective: bool, by: models.Model | None, at: datetime
) -> None:
    """Post what was shown without a valid objection, refuse what was overturned.

    A record that is no longer shown, because it was corrected meanwhile, stays as it is.
    """
    found = ServiceRecord.objects.filter(pk=record_id)
    take_turns(found.values_list("volunteer_id", flat=True))
    records = list(found.filter(state=RecordState.SHOWN).select_related("volunteer"))
    if is_effective:
        post_records(records, by=by, at=at)
    else:
        refuse_records(records, reason="公示期间有异议，经核实异议成立。", by=by, at=at)
