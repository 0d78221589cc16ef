"""Which shifts can be signed up for, narrowed as a person wishes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import F, Q

from voluncity.city.catalog.models import Category, Skill
from voluncity.city.orgs.states import OrgState
from voluncity.city.people.states import DayPart
from voluncity.kernel.clock import day_bounds, local_date
from voluncity.kernel.geo import bounding_box
from voluncity.service.projects.models import Shift, ShiftQuerySet
from voluncity.service.projects.queries.search import containing
from voluncity.service.projects.states import RECRUITING_STATES, ActivityState

NOON_HOUR, EVENING_HOUR = 12, 18
SATURDAY, SUNDAY = 5, 6


@dataclass(frozen=True)
class Filters:
    """What somebody looks for; empty values ask for nothing."""

    q: str = ""
    when: str = ""  # "today", "tomorrow", "weekend", "week" or a day as 2026-11-28
    part: str = ""
    skill_id: int | None = None
    category_id: int | None = None
    region_path: str = ""
    within_km: int | None = None
    lat: float | None = None
    lng: float | None = None
    free_only: bool = False
    sort: str = ""  # "": what suits the person, "soon", "near"


def open_shifts(*, at: datetime) -> ShiftQuerySet:
    """Return the shifts that are open for sign-up and have not begun."""
    return Shift.objects.filter(
        activity__state=ActivityState.OPEN,
        activity__project__state__in=RECRUITING_STATES,
        activity__project__organization__state=OrgState.ACTIVE,
        starts_at__gt=at,
    )


def matching_shifts(
    filters: Filters, *, point: tuple[float, float] | None, at: datetime
) -> ShiftQuerySet:
    """Return the open shifts that fit the filters; near ones only coarsely (a rectangle)."""
    shifts = open_shifts(at=at)
    days = days_of(filters.when, local_date(at))
    if days:
        shifts = shifts.filter(
            starts_at__gte=day_bounds(days[0])[0], starts_at__lt=day_bounds(days[1])[1]
        )
    if filters.part:
        shifts = shifts.filter(_in_part(filters.part))
    if filters.category_id:
        chosen = Category.objects.filter(pk=filters.category_id)
        shifts = shifts.filter(activity__project__category__in=chosen)
    if filters.skill_id:
        useful = Skill.objects.filter(pk=filters.skill_id)
        shifts = shifts.filter(activity__project__skills__in=useful)
    if filters.region_path:
        shifts = shifts.filter(activity__region__path__startswith=filters.region_path)
    if filters.free_only:
        shifts = shifts.filter(taken__lt=F("capacity"))
    if filters.within_km and point:
        shifts = shifts.filter(_in_box(point, filters.within_km))
    return containing(shifts, filters.q, prefix="activity__")


def days_of(when: str, today: date) -> tuple[date, date] | None:
    """Return the first and last day that `when` means, or None for any day."""
    to_sunday = SUNDAY - today.weekday()
    if when == "today":
        return today, today
    if when == "tomorrow":
        return today + timedelta(days=1), today + timedelta(days=1)
    if when == "week":
        return today, today + timedelta(days=to_sunday)
    if when == "weekend":
        saturday = today + timedelta(days=max(0, SATURDAY - today.weekday()))
        return saturday, today + timedelta(days=to_sunday)
    if when:
        day = date.fromisoformat(when)
        return day, day
    return None


def part_of(instant_hour: int) -> DayPart:
    """Return the part of the day in which a local hour lies."""
    if instant_hour < NOON_HOUR:
        return DayPart.MORNING
    return DayPart.AFTERNOON if instant_hour < EVENING_HOUR else DayPart.EVENING


def _in_part(part: str) -> Q:
    # Django reads hours in the city's time zone (settings.TIME_ZONE).
    if part == DayPart.MORNING:
        return Q(starts_at__hour__lt=NOON_HOUR)
    if part == DayPart.AFTERNOON:
        return Q(starts_at__hour__gte=NOON_HOUR, starts_at__hour__lt=EVENING_HOUR)
    return Q(starts_at__hour__gte=EVENING_HOUR)


def _in_box(point: tuple[float, float], within_km: int) -> Q:
    box = bounding_box(*point, within_km * 1000)

    def inside(prefix: str) -> Q:
        return Q(
            **{
                f"{prefix}lat__range": (box.south, box.north),
                f"{prefix}lng__range": (box.west, box.east),
            }
        )

    return inside("activity__") | (Q(activity__lat=None) & inside("activity__region__"))
