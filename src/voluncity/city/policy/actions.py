"""Set one of the city's numbers from a day on."""

from __future__ import annotations

from datetime import date, datetime

from django.db import models, transaction

from voluncity.city.journal.actions import record
from voluncity.city.policy.models import PolicyNumber
from voluncity.city.policy.queries import number
from voluncity.city.policy.rules import LOWER_FIRST, POLICIES
from voluncity.kernel.refusals import BadInput, Refusal
from voluncity.kernel.text import clean

BASIS_LENGTH = PolicyNumber._meta.get_field("basis").max_length  # noqa: SLF001 -- Django's documented API


@transaction.atomic
def set_number(
    *,
    key: str,
    value: int,
    valid_from: date,
    basis: str,
    by: models.Model,
    at: datetime,
    today: date,
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
            f"“{policy.label}”应在 {policy.least} 到 {policy.most} {policy.unit}之间。",
            field="value",
        )
    if valid_from < today:
        raise BadInput("生效日期不能早于今天，已经执行的规则不改。", field="valid_from")
    basis = clean(basis, max_length=BASIS_LENGTH, field="basis", label="依据")
    _check_order(key, value, valid_from)
    row, _ = PolicyNumber.objects.update_or_create(
        key=key,
        valid_from=valid_from,
        defaults={"value": value, "basis": basis, "set_by_id": by.pk, "set_at": at},
    )
    record("policy.set_number", row, by=by, at=at, key=key, value=value, valid_from=str(valid_from))
    return row


def _check_order(key: str, value: int, on: date) -> None:
    for low, high in LOWER_FIRST:
        if key == low and value > number(high, on=on):
            other, word = high, "高于"
        elif key == high and value < number(low, on=on):
            other, word = low, "低于"
        else:
            continue
        raise BadInput(
            f"“{POLICIES[key].label}”不能{word}“{POLICIES[other].label}”"
            f"（{number(other, on=on)} {POLICIES[other].unit}），请先调整后者。",
            field="value",
        )
