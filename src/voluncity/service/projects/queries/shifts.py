"""What somebody can ask for: days, parts of the day, and the other filters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from voluncity.city.people.states import DayPart

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
