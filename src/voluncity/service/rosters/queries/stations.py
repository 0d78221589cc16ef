"""The duty roster of a service station: who is there, and on which days somebody is missing.

Everybody may look: names are masked, and minors have none.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby

from django.db.models import F, Q, QuerySet, Value

from voluncity.city.orgs.models import Organization
from voluncity.city.people import queries as people
from voluncity.city.stations.models import Station
from voluncity.kernel.clock import local_date
from voluncity.kernel.masks import mask_name
from voluncity.service.projects.states import ActivityState
from voluncity.service.rosters.models import Turn
from voluncity.service.rosters.states import PlanState
from voluncity.service.signups.models import Signup
from voluncity.service.signups.states import SignupState

SHOWN = timedelta(days=13)
MOST = 300
YOUNG = "未成年志愿者"


@dataclass
class Duty:
    """One turn at the station."""

    turn: Turn
    names: list[str] = field(default_factory=list)

    @property
    def missing(self) -> int:
        """Return how many places nobody has."""
        shift = self.turn.shift
        return max(0, shift.capacity - shift.taken) if shift else 0


def possible_stations(organization: Organization | None) -> QuerySet[Station]:
    """Return the open stations of an organization, of those above it and of those below it."""
    found: QuerySet[Station] = Station.objects.filter(closed_at=None).order_by("name", "pk")
    if organization is None:
        return found.none()
    below = Q(organization__path__startswith=organization.path)
    above = found.alias(path=Value(organization.path)).filter(
        path__startswith=F("organization__path")
    )
    return found.filter(below | Q(pk__in=above.values("pk")))


def duties(station: Station, *, at: datetime) -> list[tuple[date, list[Duty]]]:
    """Return the turns of today and the coming days, day by day."""
    today = local_date(at)
    turns = Turn.objects.filter(
        post__plan__station=station, post__plan__state=PlanState.ACTIVE,
        day__range=(today, today + SHOWN), shift__ends_at__gt=at,
        shift__activity__state=ActivityState.OPEN,
    ).select_related("post", "slot", "shift")  # fmt: skip
    listed = list(turns.order_by("day", "slot__begins", "post_id")[:MOST])
    names = _names([turn.shift_id for turn in listed if turn.shift_id], today=today)
    found = [Duty(turn, names[turn.shift_id or 0]) for turn in listed]
    return [(day, list(ones)) for day, ones in groupby(found, key=lambda one: one.turn.day)]


def _names(shift_ids: list[int], *, today: date) -> dict[int, list[str]]:
    placed = Signup.objects.filter(shift__in=shift_ids, state=SignupState.PLACED)
    found: dict[int, list[str]] = defaultdict(list)
    adult = people.adult_age(on=today)
    for signup in placed.select_related("volunteer").order_by("pk"):
        young = people.age(signup.volunteer, on=today) < adult
        found[signup.shift_id].append(YOUNG if young else mask_name(signup.volunteer.name))
    return found
