"""Set one of the city's numbers from a day on."""

from __future__ import annotations

from datetime import date, datetime

from django.db import models, transaction

from voluncity.city.journal.actions import record
from voluncity.city.policy.models import PolicyNumber
from voluncity.city.policy.rules import POLICIES
from voluncity.kernel.refusals import BadInput, Refusal


@transaction.atomic
def set_number(
    *, key: str, value: int, valid_from: date, basis: str, by: models.Model, at: datetime, today: date
) -> PolicyNumber:
    """Let a number hold from a day on; the past is never changed.

    :raises BadInput: when the value is out of its limits or the day lies in the past.
    :raises Refusal: when there is no such rule.
    """
    policy = POLICIES.get(key)
    if policy is None:
        raise Refusal("没有这条规则。", code="policy.unknown")
    if not policy.least <= value <= policy.most:
        raise BadInput(
            f"“{policy.label}”应在 {policy.least} 到 {policy.most} {policy.unit}之间。", field="value"
        )
    if valid_from < today:
        raise BadInput("生效日期不能早于今天，已经执行的规则不改。", field="valid_from")
    row, _ = PolicyNumber.objects.update_or_create(
        key=key,
        valid_from=valid_from,
        defaults={"value": value, "basis": basis, "set_by_id": by.pk, "set_at": at},
    )
    record("policy.set_number", row, by=by, at=at, key=key, value=value, valid_from=str(valid_from))
    return row
