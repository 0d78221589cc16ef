"""Lists of sign-ups: a volunteer's own, an activity's roster, who is there now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q, QuerySet

from voluncity.city.access import personal
from voluncity.city.people.models import Volunteer
from voluncity.kernel.masks import mask_phone
from voluncity.kernel.refusals import NotFound
from voluncity.service.projects.models import Activity, Shift
from voluncity.service.signups.models import Attendance, Scan, Signup
from voluncity.service.signups.states import LIVE, SignupState

# Who has no place of their own yet; "offered" comes before "waiting".
WAITS = frozenset({SignupState.OFFERED, SignupState.WAITING})
_OWN = ("shift__activity__project__organization", "shift__activity__region", "attendance")


def my_signups(volunteer: Volunteer, tab: str, *, at: datetime) -> QuerySet[Signup]:
    """Return a volunteer's own sign-ups: "coming", "waiting", else what is past or given up."""
    mine = volunteer.signups.select_related(*_OWN)
    ahead = Q(shift__ends_at__gt=at)
    if tab == "coming":
        return mine.filter(ahead, state=SignupState.PLACED).order_by("shift__starts_at", "pk")
    waits = Q(state__in=WAITS, shift__starts_at__gt=at)
    if tab == "waiting":  # what has to be answered first
        return mine.filter(waits).order_by("state", "shift__starts_at", "pk")
    return mine.exclude(ahead & Q(state=SignupState.PLACED) | waits).order_by(
        "-shift__starts_at", "-pk"
    )


def my_signup(volunteer: Volunteer, signup_id: int) -> Signup:
    """Return one of a volunteer's own sign-ups.

    :raises NotFound: when it is somebody else's, or there is none.
    """
    found: Signup | None = volunteer.signups.select_related(*_OWN).filter(pk=signup_id).first()
    if found is None:
        raise NotFound("没有找到这次报名，请到“我的报名”里查看。")
    return found


def place_in_line(signup: Signup) -> int:
    """Return how many wait before this one."""
    earlier = Q(signed_up_at__lt=signup.signed_up_at) | Q(
        signed_up_at=signup.signed_up_at, pk__lt=signup.pk
    )
    waiting = Signup.objects.filter(shift=signup.shift_id, state=SignupState.WAITING)
    return waiting.filter(earlier).count() if signup.state == SignupState.WAITING else 0


def roster(activity: Activity, shift: Shift | None = None) -> QuerySet[Signup]:
    """Return who has a place and who waits, in the order of the shifts and of signing up."""
    signups = Signup.objects.filter(shift__activity=activity, state__in=LIVE)
    if shift is not None:
        signups = signups.filter(shift=shift)
    return signups.select_related("shift", "volunteer", "attendance").order_by(
        "shift__starts_at", "shift_id", "state", "signed_up_at", "pk"
    )


@dataclass(frozen=True)
class RosterRow:
    """One line of the roster; the phone is masked."""

    signup: Signup
    phone: str

    @property
    def attendance(self) -> Attendance | None:
        """Return when the volunteer came and went, if they did."""
        return getattr(self.signup, "attendance", None)

    @property
    def is_waiting(self) -> bool:
        """Return whether the volunteer has no place yet."""
        return self.signup.state in WAITS

    @property
    def is_offered(self) -> bool:
        """Return whether a place is kept for the volunteer, who has not answered."""
        return self.signup.state == SignupState.OFFERED

    @property
    def is_on_behalf(self) -> bool:
        """Return whether somebody else signed the volunteer up, and hands a receipt over."""
        own = (None, self.signup.volunteer.user_id)
        return self.signup.signed_up_by_id not in own


def roster_rows(signups: Iterable[Signup]) -> list[RosterRow]:
    """Return sign-ups with masked phones, for the people who lead."""
    return [RosterRow(signup, _masked_phone(signup.volunteer)) for signup in signups]


def _masked_phone(volunteer: Volunteer) -> str:
    plain = personal.unseal(volunteer.phone_cipher, bound_to=f"volunteer:{volunteer.number}")
    return mask_phone(plain)


@dataclass(frozen=True)
class Counts:
    """How many have places, are offered one, wait, came, and have left again."""

    placed: int
    offered: int
    waiting: int
    came: int
    left: int

    @property
    def present(self) -> int:
        """Return how many are there now."""
        return self.came - self.left

    @property
    def missing(self) -> int:
        """Return how many of those with places have not come."""
        return self.placed - self.came


def counts(shifts: Sequence[Shift]) -> dict[int, Counts]:
    """Return the counts of each shift, in one statement."""
    rows = (
        Signup.objects.filter(shift__in=shifts)
        .values("shift_id")
        .annotate(
            placed=Count("pk", filter=Q(state=SignupState.PLACED)),
            offered=Count("pk", filter=Q(state=SignupState.OFFERED)),
            waiting=Count("pk", filter=Q(state=SignupState.WAITING)),
            came=Count("attendance"),
            left=Count("attendance", filter=Q(attendance__out_at__isnull=False)),
        )
        .values_list("shift_id", "placed", "offered", "waiting", "came", "left")
    )
    found = {shift_id: Counts(*numbers) for shift_id, *numbers in rows}
    return {shift.pk: found.get(shift.pk, Counts(0, 0, 0, 0, 0)) for shift in shifts}


def refused_scans(shift: Shift, *, most: int = 10) -> list[Scan]:
    """Return the latest refused tries at the door of a shift, newest first."""
    return list(
        Scan.objects.filter(shift=shift, is_accepted=False)
        .select_related("volunteer")
        .order_by("-at", "-pk")[:most]
    )


def shifts_to_fill(*, at: datetime) -> list[int]:
    """Return the shifts in which a place is free although somebody waits, or was not accepted."""
    free = Shift.objects.filter(
        starts_at__gt=at, taken__lt=F("capacity"), signups__state=SignupState.WAITING
    )
    found = set(free.distinct().values_list("pk", flat=True))
    for due in _due(at):  # asked in one, the database would walk through all offers
        offered = Signup.objects.filter(due, state=SignupState.OFFERED)
        found.update(offered.values_list("shift_id", flat=True))
    return sorted(found)


def due_offers(*, at: datetime) -> QuerySet[Signup]:
    """Return the offered places whose time is over, or whose shift has begun."""
    late, begun = _due(at)
    offered: QuerySet[Signup] = Signup.objects.filter(late | begun, state=SignupState.OFFERED)
    return offered


def _due(at: datetime) -> tuple[Q, Q]:
    """Return which offers are over: their time is, or else their shift has begun."""
    return Q(offered_until__lte=at), Q(offered_until__gt=at, shift__starts_at__lte=at)
