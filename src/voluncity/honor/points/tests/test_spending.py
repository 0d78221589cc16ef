"""Points are spent once, never more than there are, the soonest to expire first; they come back."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from voluncity.honor.points import actions, queries
from voluncity.honor.points.models import Lot, Movement
from voluncity.kernel.refusals import BadInput, NotFound, Refusal
from voluncity.testing.make_people import NOON, make_volunteer
from voluncity.testing.make_points import give_points

pytestmark = pytest.mark.django_db

SOON, LATE = date(2026, 12, 31), date(2027, 12, 31)


def spend(volunteer: Any, amount: int, key: str = "redemption:1", **more: Any) -> Movement:
    facts: dict[str, Any] = {"source": key, "reason": "兑换毛巾", "by": None, "at": NOON}
    return actions.spend(volunteer_id=volunteer.pk, amount=amount, key=key, **(facts | more))


def give_back(key: str = "redemption:1") -> Movement:
    return actions.give_back(key=key, at=NOON, by=None, reason="商家退回")


def left() -> list[int]:
    return list(Lot.objects.order_by("pk").values_list("left", flat=True))


def test_what_expires_first_is_spent_first_and_comes_back_with_its_day() -> None:
    li = make_volunteer("李强")
    give_points(li, 50)
    give_points(li, 30, expires_on=LATE)
    give_points(li, 20, expires_on=SOON)
    movement = spend(li, 40)
    assert left() == [50, 10, 0]
    assert queries.balance(li.pk) == 60
    assert [(u.lot.expires_on, u.amount) for u in movement.uses.order_by("pk")] == [
        (SOON, 20),
        (LATE, 20),
    ]
    assert give_back().returned_at == NOON
    give_back()
    assert left() == [50, 30, 20]
    assert queries.balance(li.pk) == 100


def test_nobody_spends_more_than_they_have_and_nothing_is_half_done() -> None:
    li = make_volunteer("李强")
    give_points(li, 10)
    with pytest.raises(Refusal) as refusal:
        spend(li, 11)
    assert refusal.value.code == "points.too_little"
    assert (queries.balance(li.pk), left(), Movement.objects.count()) == (10, [10], 0)


def test_the_same_key_spends_once() -> None:
    li = make_volunteer("李强")
    give_points(li, 10)
    assert spend(li, 5) == spend(li, 5)
    assert queries.balance(li.pk) == 5
    with pytest.raises(Refusal) as refusal:
        spend(li, 4)
    assert refusal.value.code == "ledger.key_reused"


@pytest.mark.parametrize("amount", [0, -5, 10**9])
def test_an_amount_that_makes_no_sense_is_refused(amount: int) -> None:
    with pytest.raises(BadInput):
        spend(make_volunteer("李强"), amount)


def test_what_was_never_spent_cannot_come_back() -> None:
    with pytest.raises(NotFound):
        give_back("redemption:9")
