"""The city's number that holds on a day."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import Min

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


def first_day(key: str, *, on: date) -> date | None:
    """Return since when the city has a number of its own; nothing while the first value holds."""
    rows = PolicyNumber.objects.filter(key=key, valid_from__lte=on)
    first: date | None = rows.aggregate(first=Min("valid_from"))["first"]
    return first


def numbers(keys: Collection[str], *, on: date) -> dict[str, int]:
    """Return several rules' values on a day by one question.

    :raises KeyError: when there is no such rule.
    """
    found = {key: POLICIES[key].initial for key in keys}
    rows = PolicyNumber.objects.filter(key__in=keys, valid_from__lte=on).order_by("valid_from")
    return found | dict(rows.values_list("key", "value"))
