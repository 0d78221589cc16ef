"""Points for tests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from itertools import count
from typing import Any

from voluncity.city.people.models import Volunteer
from voluncity.honor.points.actions import give
from voluncity.honor.points.actions.books import Fact, bring, city_account
from voluncity.honor.points.models import Adjustment, Lot, Rate, RuleSet
from voluncity.honor.points.rules import ISSUED
from voluncity.honor.points.states import AdjustmentKind, Ground, Origin
from voluncity.testing.make_people import NOON, make_user, user_of

_numbers = count(1)


def give_points(
    volunteer: Volunteer, points: int, *, expires_on: date | None = None, at: datetime = NOON
) -> Lot:
    """Let a volunteer have points to spend; they count as corrected, not as earned."""
    key = f"test:{volunteer.pk}:{next(_numbers)}"
    return bring(
        volunteer_id=volunteer.pk,
        amount=points,
        out_of=city_account(ISSUED),
        origin=Origin.RAISE,
        expires_on=expires_on,
        fact=Fact(key, "adjustment:0", "试用积分", None, at),
    )


def make_rules(
    *,
    valid_from: date = date(2026, 1, 1),
    hours: Mapping[int, int] | None = None,
    deeds: Mapping[str, int] | None = None,
    **numbers: Any,
) -> RuleSet:
    """Return rules that hold: ten points for a proven hour unless something else is named."""
    facts: dict[str, Any] = {"hour_points": 10, "expiry_years": 1, "set_at": NOON}
    made = RuleSet.objects.create(valid_from=valid_from, **(facts | numbers))
    for category, points in (hours or {}).items():
        Rate.objects.create(rule_set=made, ground=Ground.HOURS, category_id=category, points=points)
    for deed, points in (deeds or {}).items():
        Rate.objects.create(rule_set=made, ground=deed, points=points)
    return made


def make_world_points(volunteer: Volunteer, *, at: datetime) -> dict[str, Any]:
    """Return what stands at the addresses of points: a gift on its way, a request that waits."""
    give_points(volunteer, 100, at=at)
    gift = give(
        giver=volunteer, receiver_id=None, amount=10, key="world", by=user_of(volunteer), at=at
    )
    asked = Adjustment.objects.create(
        kind=AdjustmentKind.RAISE, volunteer=volunteer, amount=5, reason="漏记", asked_at=at,
        asked_by=make_user("别处的同事"),
    )  # fmt: skip
    return {"point_gift": gift.pk, "point_adjustment": asked.pk}
