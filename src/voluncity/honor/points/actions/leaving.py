"""Points of somebody who closes the account lapse; they were told when they asked for it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from voluncity.city.people import queries as people
from voluncity.honor.points.actions.books import Fact, city_account, hold, take
from voluncity.honor.points.rules import LAPSED
from voluncity.honor.points.states import Kind


@transaction.atomic
def lapse_points(*, volunteer_id: int, at: datetime) -> int:
    """Let everything that a closed record holds lapse; return how much it was."""
    gone = 0
    for pk in people.records_of(volunteer_id):
        if held := hold([pk])[pk].balance:
            fact = Fact(f"lapsed:{pk}:{at:%Y%m%d%H%M%S}", f"volunteer:{pk}", "账号注销", None, at)
            take(volunteer_id=pk, amount=held, to=city_account(LAPSED), kind=Kind.LAPSED, fact=fact)
            gone += held
    return gone
