"""Which time of a volunteer is taken already, and which of the city's limits hold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from voluncity.city.people import queries as people
from voluncity.city.policy import queries as policy
from voluncity.service.hours.models import COUNTING, ServiceRecord
from voluncity.service.hours.rules import MOST_MINUTES, Span
from voluncity.service.hours.states import Approver, Trust

KEYS = (
    "hours.day_direct_minutes", "hours.day_parent_minutes", "hours.day_most_minutes",
    "hours.day_entered_minutes", "hours.entered_look",
)  # fmt: skip
# The steps of the policy number `hours.entered_look`.
LOOKS = (Approver.SECOND, Approver.PARENT)


@dataclass(frozen=True)
class Taken(Span):
    """Time that counts already, and how far it can be trusted."""

    trust: str = Trust.PROVEN

    @classmethod
    def by(cls, record: ServiceRecord) -> Taken:
        """Return the time that a record takes once it counts."""
        return cls(record.counted_from, record.counted_to, record.break_minutes, record.trust)


@dataclass(frozen=True)
class DayLimits:
    """How many minutes of one local day may count, and need whose look."""

    direct: int
    parent: int
    most: int = MOST_MINUTES
    most_entered: int = MOST_MINUTES
    entered: Approver = Approver.SECOND  # who looks at what nobody scanned

    @classmethod
    def on(cls, day: date) -> DayLimits:
        """Return the city's limits for a day of service."""
        found = policy.numbers(KEYS, on=day)
        direct, parent, most, most_entered, look = (found[key] for key in KEYS)
        return cls(direct, parent, most, most_entered, LOOKS[look])


def limits_for(days: Iterable[date]) -> dict[date, DayLimits]:
    """Return the limits for each of these days."""
    return {day: DayLimits.on(day) for day in set(days)}


def taken_times(
    volunteer_ids: Collection[int], *, first: date, last: date
) -> dict[int, list[Taken]]:
    """Return, for each volunteer, what is confirmed or posted around these days of service.

    A record reaches into the days beside its own, so that those are read too. All merged records
    of one person share one list.
    """
    families = people.families(volunteer_ids)
    rows = ServiceRecord.objects.filter(
        volunteer_id__in={*volunteer_ids, *families},
        state__in=COUNTING,
        minutes__gt=0,
        served_on__range=(first - timedelta(days=2), last + timedelta(days=2)),
    ).values_list("volunteer_id", "counted_from", "counted_to", "break_minutes", "trust")
    taken: dict[int, list[Taken]] = defaultdict(list)
    for pk, family in families.items():
        taken[pk] = taken[family[0]]
    for volunteer_id, *values in rows:
        taken[volunteer_id].append(Taken(*values))
    return taken


def taken_around(records: Collection[ServiceRecord]) -> dict[int, list[Taken]]:
    """Return what is taken around these records (at least one) for each of their volunteers."""
    days = [record.served_on for record in records]
    return taken_times({record.volunteer_id for record in records}, first=min(days), last=max(days))
