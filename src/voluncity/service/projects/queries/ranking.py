"""Put activities into the order that suits one person, and say why (seed OR: 就近就便)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils.timezone import localtime

from voluncity.city.people.states import DayPart
from voluncity.kernel.clock import local_date, weekday_text
from voluncity.kernel.geo import distance_m, distance_text
from voluncity.service.projects.models import Activity, Project, Shift
from voluncity.service.projects.queries.shifts import part_of

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

    point: tuple[float, float] | None = None
    is_exact: bool = False  # False: the middle of the person's community
    age: int | None = None
    free_times: frozenset[tuple[int, str]] = frozenset()
    skill_ids: frozenset[int] = frozenset()
    category_ids: frozenset[int] = frozenset()


@dataclass
class Card:
    """One activity as a person finds it: the shift that suits best, and the reasons."""

    activity: Activity
    shift: Shift
    others: int
    meters: int | None
    reasons: list[str] = field(default_factory=list)
    score: float = 0

    @property
    def free(self) -> int:
        """Return how many places are left in the shift."""
        return self.shift.capacity - self.shift.taken

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
        project = self.activity.project
        asked = []
        if project.members_only:
            asked.append("仅限成员")
        if project.course:
            asked.append(f"须完成{project.course.name}培训")
        if project.min_age >= ADULT or project.max_age is not None:
            asked.append(ages_text(project))
        return asked


def ages_text(project: Project) -> str:
    """Return the ages asked for: “18 周岁以上”, “18–70 周岁”."""
    if project.max_age is None:
        return f"{project.min_age} 周岁以上"
    return f"{project.min_age}–{project.max_age} 周岁"


def card_of(activity: Activity, shifts: Sequence[Shift], viewer: Viewer, *, at: datetime) -> Card:
    """Choose the best shift (free, in the person's free time, soonest) and weigh the reasons."""
    shift = min(
        shifts, key=lambda s: (s.taken >= s.capacity, not _fits(s, viewer), s.starts_at, s.pk)
    )
    card = Card(activity, shift, len(shifts) - 1, meters_to(activity, viewer.point))
    _weigh_distance(card, viewer)
    _weigh_person(card, viewer)
    _weigh_time(card, at)
    return card


def meters_to(activity: Activity, point: tuple[float, float] | None) -> int | None:
    """Return the distance to the activity, or to the middle of its region; None if unknown."""
    place: tuple[float | None, float | None] = (activity.lat, activity.lng)
    if None in place:
        place = (activity.region.lat, activity.region.lng)
    if point is None or place[0] is None or place[1] is None:
        return None
    return distance_m(*point, place[0], place[1])


def _weigh_distance(card: Card, viewer: Viewer) -> None:
    if card.meters is None:
        return
    card.score += NEAR * max(0.0, 1 - card.meters / FAR_M)
    is_rough = not viewer.is_exact or card.activity.lat is None
    card.reasons.append(f"{'约 ' if is_rough else ''}{distance_text(card.meters)}")


def _weigh_person(card: Card, viewer: Viewer) -> None:
    project = card.activity.project
    if _fits(card.shift, viewer):
        card.score += FREE_TIME
        weekday, part = _slot(card.shift)
        day = weekday_text(date(2024, 1, 1) + timedelta(days=weekday))  # a Monday
        card.reasons.append(f"合您{day}{DayPart(part).label}的空闲")
    useful = [skill.name for skill in project.skills.all() if skill.pk in viewer.skill_ids]
    if useful:
        card.score += SKILL
        card.reasons.append(f"用得上您的{'、'.join(useful[:2])}技能")
    if project.category_id in viewer.category_ids:
        card.score += INTENTION
        card.reasons.append(f"您想参加的{project.category.name}")
    card.score += _age_score(project.min_age, project.max_age, viewer.age)


def _age_score(least: int, most: int | None, age: int | None) -> int:
    if age is None or (least <= age and (most is None or age <= most)):
        return 0
    return WRONG_AGE


def _weigh_time(card: Card, at: datetime) -> None:
    days = (local_date(card.shift.starts_at) - local_date(at)).days
    card.score += SOON * max(0.0, 1 - days / SOON_DAYS)
    if days <= 1:
        card.reasons.append("今天就能参加" if days == 0 else "明天就能参加")
    if card.is_full:
        card.score += NO_PLACE


def _fits(shift: Shift, viewer: Viewer) -> bool:
    return _slot(shift) in viewer.free_times


def _slot(shift: Shift) -> tuple[int, str]:
    local = localtime(shift.starts_at)
    return local.weekday(), str(part_of(local.hour))
