"""What waits at the desk: to confirm, to approve, overdue, asked to correct; and all records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q, QuerySet

from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import scope_of
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User, Volunteer
from voluncity.service.hours.models import OPEN, Correction, ServiceRecord
from voluncity.service.hours.queries.reach import to_approve, to_confirm
from voluncity.service.hours.states import CorrectionState, RecordState
from voluncity.service.projects.models import Activity
from voluncity.service.projects.states import ProjectState
from voluncity.service.signups.models import Signup
from voluncity.service.signups.states import SignupState

HOURS_OF_DAY = 24
# So many records are looked up one by one when somebody searches for words.
SELDOM = 2_000


@dataclass(frozen=True)
class Filters:
    """What the desk's list is narrowed to; all of it stands in the address."""

    words: str = ""
    state: str = ""
    trust: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Counts:
    """How many records wait in each queue of one person."""

    confirm: int
    approve: int
    overdue: int
    corrections: int


def counts(user: User, *, today: date) -> Counts:
    """Return what waits for this person."""
    return Counts(
        confirm=to_confirm(user).count(),
        approve=to_approve(user).count(),
        overdue=overdue(user, today=today).count(),
        corrections=open_corrections(user).count(),
    )


def overdue(user: User, *, today: date) -> QuerySet[ServiceRecord]:
    """Return the records within reach that should have been complete (第十一条)."""
    return ServiceRecord.objects.in_scope(scope_of(user, Permission.HOURS_SEE)).filter(
        state__in=OPEN, due_on__lt=today
    )


def open_corrections(user: User) -> QuerySet[Correction]:
    """Return the requests that this person may answer, the most urgent first."""
    return (
        Correction.objects.in_scope(scope_of(user, Permission.HOURS_CORRECT))
        .filter(state=CorrectionState.ASKED)
        .exclude(record__volunteer__user=user)
        .select_related(
            "record__volunteer", "record__organization", "record__signup__shift__activity"
        )
        .order_by("due_on", "pk")
    )


@dataclass(frozen=True)
class WaitingActivity:
    """Records of one activity that wait for the same step."""

    activity_id: int
    name: str
    organization: str
    number: int
    since: datetime
    due_on: date
    waited: str


def by_activity(records: QuerySet[ServiceRecord]) -> QuerySet[ServiceRecord, Any]:
    """Return waiting records gathered by activity, the most urgent first."""
    return (
        records.values(
            "signup__shift__activity_id", "signup__shift__activity__name", "organization__name"
        )
        .annotate(number=Count("pk"), since=Min("computed_at"), first_due=Min("due_on"))
        .order_by("first_due", "signup__shift__activity_id")
    )


def waiting(rows: QuerySet[ServiceRecord, Any], *, at: datetime) -> list[WaitingActivity]:
    """Return a page of `by_activity` as things with names and how long they wait."""
    return [
        WaitingActivity(
            activity_id=row["signup__shift__activity_id"],
            name=row["signup__shift__activity__name"],
            organization=row["organization__name"],
            number=row["number"],
            since=row["since"],
            due_on=row["first_due"],
            waited=waited_text(row["since"], at=at),
        )
        for row in rows
    ]


def waited_text(since: datetime, *, at: datetime) -> str:
    """Return how long something waits: 3 天, 5 小时, 不到 1 小时."""
    hours = max(0, (at - since) // timedelta(hours=1))
    if hours >= HOURS_OF_DAY:
        return f"{hours // HOURS_OF_DAY} 天"
    return f"{hours} 小时" if hours else "不到 1 小时"


def found(user: User, filters: Filters) -> QuerySet[ServiceRecord]:
    """Return all records within reach that fit the filters, newest service first."""
    wanted = Q()
    if filters.words:
        wanted &= _named(filters.words)
    if filters.state:
        wanted &= Q(state=filters.state)
    if filters.trust:
        wanted &= Q(trust=filters.trust)
    if filters.since:
        wanted &= Q(served_on__gte=filters.since)
    if filters.until:
        wanted &= Q(served_on__lte=filters.until)
    return (
        ServiceRecord.objects.in_scope(scope_of(user, Permission.HOURS_SEE))
        .filter(wanted)
        .select_related("volunteer", "organization__region", "signup__shift__activity")
        .order_by("-served_on", "-pk")
    )


def _named(words: str) -> Q:
    """Return which records belong to what or whom the words name.

    What is named seldom is looked up record by record, each way by an index of its own. What is
    named often is found soon when the list is read in its order: there the records are asked.
    """
    organizations = Organization.objects.filter(name__icontains=words).values("pk")
    activities = Activity.objects.filter(name__icontains=words).values("pk")
    people = Volunteer.objects.filter(Q(number=words) | Q(name=words)).values("pk")
    ways = [
        Q(organization__in=organizations),
        Q(signup__shift__activity__in=activities),
        Q(volunteer__in=people),
    ]
    found: set[int] = set()
    for way in ways:
        rows = ServiceRecord.objects.filter(way).order_by().values_list("pk", flat=True)
        found.update(rows[: SELDOM + 1])
        if len(found) > SELDOM:
            return ways[0] | ways[1] | ways[2]
    return Q(pk__in=found)


def records_of_activity(activity: Activity) -> QuerySet[ServiceRecord]:
    """Return all records of one activity in the order of shifts and names."""
    return (
        ServiceRecord.objects.filter(signup__shift__activity=activity)
        .select_related(
            "volunteer",
            "organization__region",
            "signup__shift",
            "signup__attendance",
            "confirmed_by",
            "approved_by",
        )
        .order_by("signup__shift__starts_at", "signup__shift_id", "volunteer__name", "pk")
    )


def unrecorded(activity: Activity, *, at: datetime) -> QuerySet[Signup]:
    """Return who had a place in a shift that is over and has neither scan nor record."""
    return (
        Signup.objects.filter(
            shift__activity=activity,
            shift__ends_at__lte=at,
            state=SignupState.PLACED,
            attendance=None,
            service_records=None,
        )
        .exclude(shift__activity__project__state=ProjectState.TEACHING)
        .select_related("volunteer", "shift")
        .order_by("shift__starts_at", "volunteer__name", "pk")
    )


def decidable(user: User, record: ServiceRecord) -> frozenset[str]:
    """Return the steps that this person may take with a record right now."""
    if record.volunteer.user_id == user.pk:
        return frozenset()
    steps: set[str] = set()
    if record.state == RecordState.COMPUTED and _reaches(user, Permission.HOURS_CONFIRM, record):
        steps |= {"confirm", "adjust", "refuse"}
    if record.state == RecordState.CONFIRMED and to_approve(user).filter(pk=record.pk).exists():
        steps |= {"approve", "refuse"}
    if record.state == RecordState.POSTED and _reaches(user, Permission.HOURS_CORRECT, record):
        steps.add("reverse")
    return frozenset(steps)


def may_enter(user: User, activity: Activity) -> bool:
    """Return whether this person may enter hours by hand for the activity."""
    reach = Activity.objects.of_service().in_scope(scope_of(user, Permission.HOURS_CONFIRM))
    return reach.filter(pk=activity.pk).exists()


def _reaches(user: User, permission: Permission, record: ServiceRecord) -> bool:
    reach = ServiceRecord.objects.in_scope(scope_of(user, permission))
    return reach.filter(pk=record.pk).exists()
