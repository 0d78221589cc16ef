"""The city's numbers hold from a day on, within limits, and the past stays."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from voluncity.city.journal.models import Entry
from voluncity.city.policy.actions import set_number
from voluncity.city.policy.models import PolicyNumber
from voluncity.city.policy.queries import number
from voluncity.city.policy.rules import LOWER_FIRST, POLICIES
from voluncity.kernel.refusals import Refusal
from voluncity.testing.make_people import NOON, TODAY, make_user

pytestmark = pytest.mark.django_db
KEY = "hours.record_workdays"


def set_it(**changes: Any) -> PolicyNumber:
    facts: dict[str, Any] = {
        "key": KEY, "value": 12, "valid_from": TODAY, "basis": "市文明办 2026 年第 3 号",
        "by": make_user("孙丽"), "at": NOON, "today": TODAY,
    }  # fmt: skip
    return set_number(**(facts | changes))


def refused(**changes: Any) -> tuple[str, str]:
    with pytest.raises(Refusal) as refusal:
        set_it(**changes)
    assert refusal.value.sentence.endswith("。")
    return refusal.value.code, refusal.value.field


def test_without_a_row_the_first_value_holds() -> None:
    assert number(KEY, on=TODAY) == 10


def test_each_day_has_the_value_that_held_then() -> None:
    set_it(value=12, valid_from=date(2026, 12, 1))
    set_it(value=15, valid_from=date(2027, 1, 1))
    days = [date(2026, 11, 30), date(2026, 12, 1), date(2026, 12, 31), date(2027, 1, 1)]
    assert [number(KEY, on=day) for day in days] == [10, 12, 12, 15]


def test_a_number_that_is_set_is_journaled_and_may_be_set_again_before_its_day() -> None:
    first = set_it(valid_from=date(2026, 12, 1))
    assert set_it(value=14, valid_from=date(2026, 12, 1)).pk == first.pk
    assert number(KEY, on=date(2026, 12, 1)) == 14
    assert [entry.data["value"] for entry in Entry.objects.order_by("pk")] == [12, 14]


@pytest.mark.parametrize("value", [0, 61, -1, 10**30])
def test_a_number_out_of_its_limits_is_refused(value: int) -> None:
    assert refused(value=value) == ("bad_input", "value")
    assert not PolicyNumber.objects.exists()


def test_the_past_is_not_changed() -> None:
    assert refused(valid_from=date(2026, 11, 23)) == ("bad_input", "valid_from")


def test_a_basis_is_short_and_clean() -> None:
    assert refused(basis="据" * 201) == ("bad_input.too_long", "basis")
    assert set_it(basis=" 第\u200b３号\n文件 ").basis == "第3号 文件"


def test_an_unknown_rule_is_refused_and_has_no_value() -> None:
    assert refused(key="hours.nothing") == ("policy.unknown", "")
    with pytest.raises(KeyError):
        number("hours.nothing", on=TODAY)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("hours.day_direct_minutes", 721),
        ("hours.day_parent_minutes", 479),
        ("people.adult_years", 16),
    ],
)
def test_numbers_that_belong_together_stay_in_order(key: str, value: int) -> None:
    if key == "people.adult_years":
        set_it(key="people.youngest_alone_years", value=17)
    assert refused(key=key, value=value) == ("bad_input", "value")


def test_the_first_values_obey_their_own_rules() -> None:
    assert all(p.least <= p.initial <= p.most and p.basis for p in POLICIES.values())
    assert all(POLICIES[low].initial <= POLICIES[high].initial for low, high in LOWER_FIRST)
