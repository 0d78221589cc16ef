"""The few ways in which people spend one shift, with every time and word they lead to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple

from voluncity.kernel.clock import CITY_TZ
from voluncity.service.hours.rules import Span, compute, trust_of

# How a slot's rows go on: a record that is posted or waits, a place that nobody used, a way out.
POSTED, WAITING, PLACED, CANCELLED = "posted", "waiting", "placed", "cancelled"

SLOT_COLUMNS = (
    "id", "shift_id", "organization_id", "kind", "signed_up_at", "cancelled_at", "cancel_reason",
    "in_at", "in_method", "in_by", "out_at", "out_method", "out_by", "served_on", "month",
    "planned_from", "planned_to", "counted_from", "counted_to", "minutes", "rule", "trust",
    "approver", "due_on", "computed_at", "confirmed_at", "confirmed_by", "approved_at",
    "approved_by", "posted_at",
)  # fmt: skip
PLAN_COLUMNS = ("signup_id", "slot_id", "volunteer_id", "user_id", "record_id")


@dataclass(frozen=True)
class Way:
    """How one share of the people of a shift came and went; minutes relative to the plan."""

    arrives: int = 0
    leaves: int = 0
    method: str = "venue_code"
    comes: bool = True
    stays: bool = True  # keeps the place


PUNCTUAL = (Way(-8, 4), Way(-3, 9), Way(-12, 2))
LATE, EARLY = Way(11, 3), Way(-5, -16)
BY_LEADER = Way(-6, 5, "leader_scan")  # who has no phone shows the printed card
BY_LIST = Way(-4, 1, "list")
ABSENT, GONE = Way(comes=False), Way(comes=False, stays=False)
WAYS = (*PUNCTUAL, LATE, EARLY, BY_LEADER, BY_LIST, ABSENT, GONE)


def _table() -> bytes:
    """Return for each of 256 draws the way of somebody with a phone."""
    shares = ((0, 88), (1, 70), (2, 55), (3, 18), (4, 9), (6, 10), (7, 3), (8, 3))
    table = b"".join(bytes([way]) * count for way, count in shares)
    return table[:256]


DRAWN = _table()
OF_CARD = WAYS.index(BY_LEADER)


class Frame(NamedTuple):
    """What all slots of one shift share."""

    shift_id: int
    organization_id: int
    day: date
    start: int  # local minutes of the day
    end: int
    leaders: tuple[int, int]  # accounts
    posted_at: datetime | None  # None: not confirmed yet
    is_over: bool
    now: datetime
    due_on: date
    share_percent: int


def utc(day: date, minute: int) -> datetime:
    """Return the instant of a local minute of a day."""
    local = datetime.combine(day, time(), CITY_TZ) + timedelta(minutes=minute)
    return local.astimezone(UTC)


def text(instant: datetime) -> str:
    """Return an instant as both databases read it; PostgreSQL's time zone is UTC here."""
    return instant.replace(tzinfo=None).isoformat(" ")


class Slot(NamedTuple):
    """The row of a slot, and what its records need of it."""

    row: tuple[object, ...]
    minutes: int
    trust: str
    kind: str


def slot(number: int, way: Way, frame: Frame) -> Slot:
    """Return one slot of a shift."""
    start, end = utc(frame.day, frame.start), utc(frame.day, frame.end)
    early = timedelta(minutes=number * 37 % 480)
    signed = text(min(start - timedelta(days=2 + number % 4), frame.now) - early)
    head = (number, frame.shift_id, frame.organization_id)
    if not (way.comes and frame.is_over):
        kind = PLACED if way.stays else CANCELLED
        gone = (
            (None, "")
            if way.stays
            else (text(min(start - timedelta(hours=20), frame.now)), "临时有事")
        )
        return Slot((*head, kind, signed, *gone, *[None] * 23), 0, "", kind)
    times = _Times.of(start, end, way, frame.share_percent)
    by = None if way.method == "venue_code" else frame.leaders[0]
    kind = POSTED if frame.posted_at and times.minutes else WAITING
    posted = text(frame.posted_at) if frame.posted_at and kind == POSTED else None
    is_entered = times.trust == "entered"
    served_on = frame.day.isoformat()
    row = (
        *head, kind, signed, None, "", times.came, way.method, by, times.left, way.method, by,
        served_on, served_on[:7], times.planned_from, times.planned_to, times.counted_from,
        times.counted_to, times.minutes, times.rule, times.trust,
        "second" if is_entered else "nobody", frame.due_on.isoformat(), times.computed,
        posted, frame.leaders[0] if posted else None,
        posted if is_entered else None, frame.leaders[1] if posted and is_entered else None,
        posted,
    )  # fmt: skip
    return Slot(row, times.minutes, times.trust, kind)


_MINUTE = timedelta(minutes=1)


class _Times(NamedTuple):
    """What a way makes of a plan, in words and as both databases read it."""

    came: str
    left: str
    planned_from: str
    planned_to: str
    counted_from: str
    counted_to: str
    minutes: int
    rule: str
    trust: str
    computed: str

    @staticmethod
    @lru_cache(maxsize=4096)
    def of(start: datetime, end: datetime, way: Way, share_percent: int) -> _Times:
        """Count by the city's own rule; many shifts of a day have the same times."""
        actual = Span(start + way.arrives * _MINUTE, end + way.leaves * _MINUTE)
        counted = compute(
            planned=Span(start, end), actual=actual, least_share_percent=share_percent
        )
        span = counted.counted
        return _Times(
            came=text(actual.start), left=text(actual.end),
            planned_from=text(start), planned_to=text(end),
            counted_from=text(span.start), counted_to=text(span.end),
            minutes=counted.minutes, rule=counted.rule,
            trust=str(trust_of(way.method, way.method)),
            computed=text(end + timedelta(hours=1)),
        )  # fmt: skip
