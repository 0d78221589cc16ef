"""Put activities into the order that suits one person, and say why (seed OR: 就近就便)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from voluncity.city.people.states import DayPart
from voluncity.kernel.clock import weekday_text
from voluncity.kernel.geo import distance_m, distance_text
from voluncity.service.projects.queries.catalogue import Entry, Point, Slot

# How much each reason weighs; nearness fades over 10 km, nearness in time over 14 days.
NEAR, FAR_M = 40, 10_000
FREE_TIME = 30
SKILL = 20
SOON, SOON_DAYS = 20, 14
INTENTION = 15
NO_PLACE, WRONG_AGE = -200, -100
# What each further session of the same project loses: a list of one thing is no choice.
REPEATED = 25
# From this lowest age on, a card says so; below it nearly everybody may come.
ADULT = 18


@dataclass(frozen=True)
class Viewer:
    """What is known about the person who looks; empty for a stranger."""

    point: Point | None = None
    is_exact: bool = False  # False: the middle of the person's community
    age: int | None = None
    free_times: frozenset[tuple[int, str]] = frozenset()
    skill_ids: frozenset[int] = frozenset()
    category_ids: frozenset[int] = frozenset()


class Ages(Protocol):
    """Whatever asks for an age."""

    @property
    def min_age(self) -> int: ...
    @property
    def max_age(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Card:
    """One activity as a person finds it: the shift that suits best, and the reasons."""

    activity: Entry
    shift: Slot
    others: int
    meters: int | None
    reasons: tuple[str, ...]
    taken: int

    @property
    def free(self) -> int:
        """Return how many places are left in the shift."""
        return self.shift.capacity - self.taken

    @property
    def is_full(self) -> bool:
        """Return whether no place is left in the shift."""
        return self.free <= 0

    @property
    def free_text(self) -> str:
        """Return how many places are left, in words."""
        return f"还有 {self.free} 个名额"

    @property
    def conditions(self) -> list[str]:
        """Return what the project asks of people, in a few words each."""
        asked = []
        if self.activity.members_only:
            asked.append("仅限成员")
        if self.activity.course_name:
            asked.append(f"须完成{self.activity.course_name}培训")
        if self.activity.min_age >= ADULT or self.activity.max_age is not None:
            asked.append(ages_text(self.activity))
        return asked


def ages_text(asked: Ages) -> str:
    """Return the ages asked for: “18 周岁以上”, “18–70 周岁”."""
    if asked.max_age is None:
        return f"{asked.min_age} 周岁以上"
    return f"{asked.min_age}–{asked.max_age} 周岁"


@dataclass(frozen=True, eq=False, slots=True)
class Candidate:
    """An activity with the shifts that fit, weighed for one person but for the free places.

    The slots lie in the order of choice, as if all had places.
    """

    entry: Entry
    slots: Sequence[tuple[Slot, float]]  # with what its time is worth
    meters: int | None
    score: float

    def best(self, full: frozenset[int]) -> tuple[Slot, float]:
        """Return the slot to show and the whole score: a free slot goes before a full one."""
        for slot, worth in self.slots:
            if slot.pk not in full:
                return slot, self.score + worth
        slot, worth = self.slots[0]
        return slot, self.score + worth + NO_PLACE


def candidate_of(entry: Entry, slots: Sequence[Slot], viewer: Viewer, *, today: date) -> Candidate:
    """Weigh an activity (in the person's free time first, then the soonest) for one person."""
    fitting = slots
    if viewer.free_times and len(slots) > 1:
        fitting = sorted(slots, key=lambda slot: slot.time not in viewer.free_times)
    meters = meters_to(entry, viewer.point)
    return Candidate(
        entry,
        [(slot, _worth_of_time(slot, viewer, today)) for slot in fitting],
        meters,
        _score(entry, meters, viewer),
    )


def meters_to(entry: Entry, point: Point | None) -> int | None:
    """Return the distance to the activity, or to the middle of its region; None if unknown."""
    if point is None or entry.place is None:
        return None
    return distance_m(*point, *entry.place)


def reasons_of(
    entry: Entry, slot: Slot, meters: int | None, viewer: Viewer, *, today: date
) -> tuple[str, ...]:
    """Say why the activity suits the person."""
    said = []
    if meters is not None:
        is_rough = not viewer.is_exact or not entry.has_own_place
        said.append(f"{'约 ' if is_rough else ''}{distance_text(meters)}")
    if slot.time in viewer.free_times:
        weekday, part = slot.time
        day = weekday_text(date(2024, 1, 1) + timedelta(days=weekday))  # a Monday
        said.append(f"合您{day}{DayPart(part).label}的空闲")
    useful = [name for pk, name in entry.skills if pk in viewer.skill_ids]
    if useful:
        said.append(f"用得上您的{'、'.join(useful[:2])}技能")
    if entry.category_id in viewer.category_ids:
        said.append(f"您想参加的{entry.category_name}")
    days = (slot.day - today).days
    if days <= 1:
        said.append("今天就能参加" if days == 0 else "明天就能参加")
    return tuple(said)


def in_order(
    candidates: Sequence[Candidate], full: frozenset[int], sort: str
) -> list[tuple[Candidate, Slot]]:
    """Return the candidates with the slot to show, best first."""
    placed = [(candidate, *candidate.best(full)) for candidate in candidates]
    if sort not in {"soon", "near"}:
        placed = _spread(sorted(placed, key=_by_score))
    key = {"soon": _by_time, "near": _by_distance}.get(sort, _by_score)
    return [(candidate, slot) for candidate, slot, _score in sorted(placed, key=key)]


Placed = tuple[Candidate, Slot, float]


def _by_score(placed: Placed) -> tuple[float, datetime, int]:
    candidate, slot, score = placed
    return -score, slot.starts_at, candidate.entry.pk


def _by_time(placed: Placed) -> tuple[float, datetime, int]:
    return 0, placed[1].starts_at, placed[0].entry.pk


def _by_distance(placed: Placed) -> tuple[float, datetime, int]:
    meters = placed[0].meters
    apart = float("inf") if meters is None else meters
    return apart, placed[1].starts_at, placed[0].entry.pk


def _spread(placed: Sequence[Placed]) -> list[Placed]:
    """Let the first session of each project come before the repetitions of another."""
    seen: dict[int, int] = {}
    spread = []
    for candidate, slot, score in placed:
        project = candidate.entry.project_id
        before = seen.get(project, 0)
        spread.append((candidate, slot, score - REPEATED * before))
        seen[project] = before + 1
    return spread


def _worth_of_time(slot: Slot, viewer: Viewer, today: date) -> float:
    worth = SOON * max(0.0, 1 - (slot.day - today).days / SOON_DAYS)
    return worth + FREE_TIME if slot.time in viewer.free_times else worth


def _score(entry: Entry, meters: int | None, viewer: Viewer) -> float:
    score = 0.0 if meters is None else NEAR * max(0.0, 1 - meters / FAR_M)
    if viewer.skill_ids and any(pk in viewer.skill_ids for pk, _ in entry.skills):
        score += SKILL
    if entry.category_id in viewer.category_ids:
        score += INTENTION
    return score + _age_score(entry, viewer.age)


def _age_score(entry: Entry, age: int | None) -> int:
    fits = age is None or (entry.min_age <= age and (entry.max_age is None or age <= entry.max_age))
    return 0 if fits else WRONG_AGE
