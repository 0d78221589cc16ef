"""Points for tests."""

from __future__ import annotations

from datetime import date, datetime
from itertools import count

from voluncity.city.people.models import Volunteer
from voluncity.honor.points.actions.books import Fact, bring, city_account
from voluncity.honor.points.models import Lot
from voluncity.honor.points.rules import ISSUED
from voluncity.honor.points.states import Origin
from voluncity.testing.make_people import NOON

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
