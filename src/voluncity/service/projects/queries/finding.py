"""Find something to do: a bounded number of candidates, ordered for the person who looks."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime
from math import cos, radians

from django.db.models import F, Min
from django.db.models.functions import Coalesce

from voluncity.city.people import queries as people
from voluncity.city.people.models import Volunteer
from voluncity.city.regions.models import Region
from voluncity.kernel.clock import local_date
from voluncity.service.projects.models import Activity, Shift
from voluncity.service.projects.queries.ranking import REPEATED, Card, Viewer, card_of
from voluncity.service.projects.queries.shifts import Filters, matching_shifts

# So many activities are weighed for one person; the soonest ones, or the nearest when asked so.
CANDIDATES = 200
SHIFTS = 2_000


@dataclass(frozen=True)
class Found:
    """What was found, best first, and whether more than the candidates would fit."""

    cards: list[Card]
    is_cut: bool
    viewer: Viewer


def find(filters: Filters, *, viewer: Volunteer | None, at: datetime) -> Found:
    """Return the open activities that fit, in the order that suits the person."""
    known = viewer_of(viewer, filters, at=at)
    shifts = matching_shifts(filters, point=known.point, at=at)
    keys = _candidates(shifts, filters, known)
    by_activity: dict[int, list[Shift]] = defaultdict(list)
    for shift in shifts.filter(activity__in=keys[:CANDIDATES]).order_by("starts_at")[:SHIFTS]:
        by_activity[shift.activity_id].append(shift)
    cards = [
        card_of(activity, by_activity[activity.pk], known, at=at)
        for activity in _activities(list(by_activity))
    ]
    if filters.within_km and known.point:
        reach = filters.within_km * 1000
        cards = [card for card in cards if card.meters is not None and card.meters <= reach]
    return Found(_sorted(cards, filters.sort), len(keys) > CANDIDATES, known)


def viewer_of(volunteer: Volunteer | None, filters: Filters, *, at: datetime) -> Viewer:
    """Return what is known about the person: place, age, free times, skills, intentions."""
    point = None
    if filters.lat is not None and filters.lng is not None:
        point = (filters.lat, filters.lng)
    if volunteer is None:
        return Viewer(point=point, is_exact=point is not None)
    return Viewer(
        point=point or _middle_of_home(volunteer),
        is_exact=point is not None,
        age=people.age(volunteer, local_date(at)),
        free_times=frozenset(volunteer.free_times.values_list("weekday", "part")),
        skill_ids=frozenset(volunteer.skills.values_list("pk", flat=True)),
        category_ids=frozenset(volunteer.intentions.values_list("pk", flat=True)),
    )


def _middle_of_home(volunteer: Volunteer) -> tuple[float, float] | None:
    """Return the middle of the smallest region around the home that has one."""
    codes = volunteer.region.path.strip("/").split("/")
    middles = Region.objects.filter(code__in=codes, lat__isnull=False, lng__isnull=False)
    middle = middles.order_by("-path").values_list("lat", "lng").first()
    if middle is None or middle[0] is None or middle[1] is None:
        return None
    return middle[0], middle[1]


def _candidates(shifts: object, filters: Filters, viewer: Viewer) -> list[int]:
    groups = shifts.order_by().values("activity").annotate(first=Min("starts_at"))  # type: ignore[attr-defined]
    if filters.sort == "near" and viewer.point:
        groups = groups.annotate(apart=Min(_apart(viewer.point)))
        groups = groups.order_by(F("apart").asc(nulls_last=True), "first", "activity")
    else:
        groups = groups.order_by("first", "activity")
    return list(groups.values_list("activity", flat=True)[: CANDIDATES + 1])


def _apart(point: tuple[float, float]) -> object:
    """Return the squared distance on a flat map, good enough to choose the candidates."""
    north = Coalesce("activity__lat", "activity__region__lat") - point[0]
    east = (Coalesce("activity__lng", "activity__region__lng") - point[1]) * cos(radians(point[0]))
    return north * north + east * east


def _activities(keys: list[int]) -> list[Activity]:
    return list(
        Activity.objects.filter(pk__in=keys)
        .select_related("region", "project__organization", "project__category", "project__course")
        .prefetch_related("project__skills")
        .defer("search_text", "description", "project__intro", "project__summary")
    )


def _sorted(cards: list[Card], sort: str) -> list[Card]:
    def key(card: Card) -> tuple[float, datetime, int]:
        first = -card.score
        if sort == "soon":
            first = 0
        elif sort == "near":
            first = float("inf") if card.meters is None else card.meters
        return first, card.shift.starts_at, card.activity.pk

    if sort not in {"soon", "near"}:
        _spread(sorted(cards, key=key))
    return sorted(cards, key=key)


def _spread(cards: list[Card]) -> None:
    """Let the first session of each project come before the repetitions of another."""
    seen: Counter[int] = Counter()
    for card in cards:
        card.score -= REPEATED * seen[card.activity.project_id]
        seen[card.activity.project_id] += 1
