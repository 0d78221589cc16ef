"""What is taken along: the roster with as little about each person as a leader can work with."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from voluncity.city.people import queries as people
from voluncity.city.policy import queries as policy
from voluncity.kernel.clock import local_date
from voluncity.kernel.masks import mask_name
from voluncity.service.offline import rules
from voluncity.service.offline.models import Kiosk, OfflineScan, Package
from voluncity.service.offline.states import Outcome
from voluncity.service.projects.models import Activity, Shift
from voluncity.service.signups.models import Attendance, Signup
from voluncity.service.signups.states import Direction, SignupState

TAIL = 6  # digits of the volunteer's number
MOST_PEOPLE = 2_000
MOST_TAGS = 200_000
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Person:
    """One line of the roster on a device: no full name, no phone, no whole number."""

    signup: int
    volunteer: int
    name: str
    tail: str
    shift: int
    in_at: str
    out_at: str
    tags: str


@dataclass(frozen=True)
class TakenShift:
    """A shift that the device can check in for; its tags begin with the minute `first`."""

    id: int
    name: str
    starts_at: str
    ends_at: str
    opens_at: str
    closes_at: str
    first: int


@dataclass(frozen=True)
class Roster:
    """What a device gets, and until when it holds."""

    content: dict[str, Any]
    expires_at: datetime
    people: int


def roster(activity: Activity, *, at: datetime) -> Roster | None:
    """Return the roster of the shifts that are on or begin soon; None when there are none."""
    today = local_date(at)
    lasts = timedelta(hours=policy.number("offline.package_hours", on=today))
    early = policy.number("signups.check_in_early_minutes", on=today) * _MINUTE
    late = policy.number("signups.check_out_late_minutes", on=today) * _MINUTE
    shifts = list(activity.shifts.filter(starts_at__lt=at + lasts, ends_at__gt=at - late))
    if not shifts:
        return None
    placed = list(_placed(shifts)[:MOST_PEOPLE])
    spans = {one.pk: (one.starts_at - early, one.ends_at + late) for one in shifts}
    minutes = sum(_length(spans[signup.shift_id]) for signup in placed)
    with_tags = minutes <= MOST_TAGS
    content = {
        "activity": {"id": activity.pk, "name": activity.name},
        "shifts": [asdict(_taken(one, spans[one.pk])) for one in shifts],
        "people": [
            asdict(_person(one, spans[one.shift_id] if with_tags else None)) for one in placed
        ],
    }
    ends = max(closes for _, closes in spans.values())
    return Roster(content, min(ends, at + lasts) + _MINUTE, len(placed))


def _placed(shifts: Iterable[Shift]) -> QuerySet[Signup]:
    return (
        Signup.objects.filter(shift__in=shifts, state=SignupState.PLACED)
        .select_related("volunteer", "attendance")
        .order_by("shift__starts_at", "signed_up_at", "pk")
    )


def _taken(shift: Shift, span: tuple[datetime, datetime]) -> TakenShift:
    return TakenShift(
        shift.pk, shift.name, shift.starts_at.isoformat(), shift.ends_at.isoformat(),
        span[0].isoformat(), span[1].isoformat(), _window(span[0]),
    )  # fmt: skip


def _person(signup: Signup, span: tuple[datetime, datetime] | None) -> Person:
    who, attendance = signup.volunteer, getattr(signup, "attendance", None)
    return Person(
        signup=signup.pk,
        volunteer=who.pk,
        name=mask_name(who.name),
        tail=who.number[-TAIL:],
        shift=signup.shift_id,
        in_at=attendance.in_at.isoformat() if attendance else "",
        out_at=attendance.out_at.isoformat() if attendance and attendance.out_at else "",
        tags=_tags(who.pk, span) if span else "",
    )


def _window(at: datetime) -> int:
    return int(at.timestamp()) // 60


def _length(span: tuple[datetime, datetime]) -> int:
    return _window(span[1]) - _window(span[0]) + 1


def _tags(volunteer_id: int, span: tuple[datetime, datetime]) -> str:
    """Return two bytes for each minute: whether a code shown then is ours can be seen offline."""
    moments = (span[0] + n * _MINUTE for n in range(_length(span)))
    codes = (people.card_code(volunteer_id, at=moment) for moment in moments)
    return base64.b64encode(b"".join(map(rules.check_tag, codes))).decode()


def signup_in(activity_id: int, volunteer_id: int, *, at: datetime) -> Signup | None:
    """Return the place of a volunteer in the shift of an activity that is nearest to an instant."""
    placed = Signup.objects.filter(
        shift__activity_id=activity_id, volunteer_id=volunteer_id, state=SignupState.PLACED
    ).select_related("shift__activity", "volunteer", "attendance")
    return min(placed, key=lambda one: _away(one.shift, at), default=None)


def _away(shift: Shift, at: datetime) -> timedelta:
    return max(shift.starts_at - at, at - shift.ends_at, timedelta())


def recorded_at(signup: Signup, direction: str) -> datetime | None:
    """Return when somebody was last recorded in this direction."""
    attendance: Attendance | None = Attendance.objects.filter(signup=signup).first()
    if attendance is None:
        return None
    back = attendance.pauses.last()
    came_at: datetime = back.back_at if back else attendance.in_at
    left_at: datetime | None = attendance.out_at
    return left_at if direction == Direction.OUT else came_at


def sent_later(activity: Activity) -> QuerySet[OfflineScan]:
    """Return what devices sent later about an activity, newest first."""
    sent = OfflineScan.objects.filter(package__activity=activity)
    return sent.select_related("package__leader", "scan__volunteer").order_by("-received_at", "-pk")


def unsettled(activity: Activity) -> int:
    """Return how many scans of an activity arrived later and were not taken over."""
    return sent_later(activity).filter(outcome__in=[Outcome.CONFLICT, Outcome.REFUSED]).count()


def packages(activity: Activity) -> QuerySet[Package]:
    """Return who took the roster of an activity along, newest first."""
    return Package.objects.filter(activity=activity).select_related("leader").order_by("-issued_at")


def live_kiosks(activity: Activity, *, at: datetime) -> QuerySet[Kiosk]:
    """Return the kiosks of an activity that are open."""
    live = Kiosk.objects.filter(activity=activity, closed_at=None, ends_at__gt=at)
    return live.select_related("opened_by").order_by("-opened_at")
