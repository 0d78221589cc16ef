"""All open activities with their shifts, kept in memory as long as nothing in them has changed.

Each search first asks the database for the newest edition (0003_edition), so that what is kept
is never older than what the database holds; free places are read live (queries/live.py).
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.timezone import localtime

from voluncity.city.catalog.models import Category, Skill
from voluncity.city.orgs.states import OrgState
from voluncity.city.regions import queries as regions
from voluncity.city.regions.models import Region
from voluncity.service.projects.models import Activity, Project, Shift
from voluncity.service.projects.queries.live import newest_edition
from voluncity.service.projects.queries.shifts import part_of
from voluncity.service.projects.states import RECRUITING_STATES, ActivityState

# So many answers are remembered for one edition; a search by somebody known is one of them.
REMEMBERED = 500

Point = tuple[float, float]


@dataclass(frozen=True, eq=False, slots=True)
class Entry:
    """An open activity as people find it."""

    pk: int
    name: str
    address: str
    has_own_place: bool
    place: Point | None  # its own, or the middle of its region
    region_name: str
    region_path: str
    project_id: int
    organization_name: str
    category_id: int
    category_name: str
    min_age: int
    max_age: int | None
    members_only: bool
    course_name: str
    skills: tuple[tuple[int, str], ...]
    words: str  # the search text: " 志 志愿 愿 ", a blank at either end


@dataclass(frozen=True, eq=False, slots=True)
class Slot:
    """A shift to come: whose it is, and when it is by the city's clock."""

    pk: int
    entry: Entry
    starts_at: datetime
    ends_at: datetime
    capacity: int
    day: date
    time: tuple[int, str]  # the weekday and the part of the day


@dataclass(frozen=True, slots=True)
class Offer:
    """Something to choose in a filter."""

    pk: int
    name: str
    icon: str = ""
    path: str = ""


@dataclass(frozen=True, eq=False)
class Options:
    """What the filters offer on a day."""

    categories: tuple[Offer, ...]
    skills: tuple[Offer, ...]
    counties: tuple[Offer, ...]


@dataclass(frozen=True, eq=False)
class Catalogue:
    """One edition; its slots lie in the order in which they start."""

    edition: int
    made_at: datetime
    slots: list[Slot]
    middles: dict[int, Point | None]  # of each region, or of the smallest one around it
    starts: list[datetime] = field(init=False)
    slots_of: dict[Entry, list[Slot]] = field(init=False)
    memo: dict[Any, Any] = field(default_factory=dict)
    offered: dict[date, Options] = field(default_factory=dict)

    def __post_init__(self) -> None:
        slots_of: dict[Entry, list[Slot]] = {}
        for slot in self.slots:
            slots_of.setdefault(slot.entry, []).append(slot)
        object.__setattr__(self, "starts", [slot.starts_at for slot in self.slots])
        object.__setattr__(self, "slots_of", slots_of)

    def begun(self, at: datetime) -> int:
        """Return how many of the slots have begun: they are the first ones."""
        return bisect_right(self.starts, at)

    def options(self, today: date) -> Options:
        """Return what the filters offer.

        :raises NotFound: while the city's divisions are not loaded.
        """
        found = self.offered.get(today)
        if found is None:
            found = self.offered[today] = _options(today)
        return found

    def remember(self, key: Any, answer: Any) -> None:
        """Keep what was worked out from this edition and from the key alone."""
        if len(self.memo) >= REMEMBERED:
            with suppress(RuntimeError):  # another thread is at it
                self.memo.pop(next(iter(self.memo)), None)
        self.memo[key] = answer


def make_catalogue(*, at: datetime) -> Catalogue:
    """Read the catalogue from the database; a tenth of a second for 4,000 shifts."""
    edition = newest_edition()  # first: what is read below may be newer, but never older
    entries = {entry.pk: entry for entry in _entries(at)}
    to_come = Shift.objects.filter(starts_at__gt=at).order_by("starts_at", "activity_id", "pk")
    columns = ("activity_id", "pk", "starts_at", "ends_at", "capacity")
    rows: Iterable[Any] = to_come.values_list(*columns)
    slots = [_slot(entries[of], *rest) for of, *rest in rows if of in entries]
    return Catalogue(edition, at, slots, _middles())


def _options(today: date) -> Options:
    return Options(
        tuple(Offer(c.pk, c.name, icon=c.icon) for c in Category.objects.all()),
        tuple(Offer(skill.pk, skill.name) for skill in Skill.objects.all()),
        tuple(Offer(r.pk, r.name, path=r.path) for r in regions.counties(on=today)),
    )


def _slot(entry: Entry, pk: int, starts_at: datetime, ends_at: datetime, capacity: int) -> Slot:
    local = localtime(starts_at)
    time = (local.weekday(), str(part_of(local.hour)))
    return Slot(pk, entry, starts_at, ends_at, capacity, local.date(), time)


_COLUMNS = (
    "pk name address lat lng region__lat region__lng region__name region__path project_id"
    " project__organization__name project__category_id project__category__name project__min_age"
    " project__max_age project__members_only project__course__name search_text"
)


def _entries(at: datetime) -> Iterator[Entry]:
    skills = _skills()
    found = Activity.objects.filter(
        state=ActivityState.OPEN,
        ends_at__gt=at,  # so that the index leads to what is to come; each shift is asked again
        project__state__in=RECRUITING_STATES,
        project__organization__state=OrgState.ACTIVE,
    )
    rows: Iterable[Any] = found.values_list(*_COLUMNS.split())
    for pk, name, address, lat, lng, region_lat, region_lng, *more, course, words in rows:
        own, middle = _point(lat, lng), _point(region_lat, region_lng)
        place = (own is not None, own or middle)
        known = (course or "", skills.get(more[2], ()), f" {words} ")
        yield Entry(*(pk, name, address, *place, *more, *known))


def _skills() -> dict[int, tuple[tuple[int, str], ...]]:
    asked = Project.skills.through.objects.filter(project__state__in=RECRUITING_STATES)
    rows: Iterable[Any] = asked.order_by("skill__position", "skill_id").values_list(
        "project_id", "skill_id", "skill__name"
    )
    by_project: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for project, *skill in rows:
        by_project[project].append((skill[0], skill[1]))
    return {project: tuple(skills) for project, skills in by_project.items()}


def _middles() -> dict[int, Point | None]:
    rows = list(Region.objects.order_by("path").values_list("pk", "code", "path", "lat", "lng"))
    known = {code: point for _, code, _, lat, lng in rows if (point := _point(lat, lng))}
    return {
        pk: next((known[code] for code in reversed(path.split("/")) if code in known), None)
        for pk, _, path, _, _ in rows
    }


def _point(lat: float | None, lng: float | None) -> Point | None:
    return None if lat is None or lng is None else (lat, lng)
