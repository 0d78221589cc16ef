"""The city's number that holds on a day."""

from __future__ import annotations

from datetime import date

from voluncity.city.policy.models import PolicyNumber
from voluncity.city.policy.rules import POLICIES


def number(key: str, *, on: date) -> int:
    """Return the value of a rule on a day; the rule's first value where no row is older.

    :raises KeyError: when there is no such rule.
    """
    initial = POLICIES[key].initial
    value = (
        PolicyNumber.objects.filter(key=key, valid_from__lte=on)
        .order_by("-valid_from")
        .values_list("value", flat=True)
        .first()
    )
    return initial if value is None else value
