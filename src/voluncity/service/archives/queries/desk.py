"""Archives as the desk sees them: what is missing, late, to be looked at, and requests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import scope_of
from voluncity.city.access.scopes import Scope, ScopedQuerySet
from voluncity.city.people.models import User
from voluncity.city.policy import queries as policy
from voluncity.kernel.clock import day_bounds, local_date
from voluncity.service.archives.models import Archive, HideRequest, OutcomeKind, Package, Photo
from voluncity.service.archives.states import (
    EDITABLE_STATES,
    HANDED_IN_STATES,
    ArchiveState,
    RequestState,
)
from voluncity.service.projects.models import Activity, Project
from voluncity.service.projects.states import HELD_STATES
from voluncity.service.signups.models import Attendance

S = ArchiveState
WORDS_MOST = 60
TASKS = (
    ("open", "待归档"),
    ("late", "逾期未归档"),
    ("waiting", "待审核"),
    ("back", "退回补充"),
    ("settled", "已归档"),
)


@dataclass(frozen=True)
class Filters:
    """What a list of activities is narrowed to; empty values ask for nothing."""

    words: str = ""
    task: str = ""
    line_id: int | None = None


def held(scope: Scope, *, at: datetime) -> ScopedQuerySet:
    """Return the activities within a scope that took place: over, and somebody was there."""
    since = at - timedelta(days=policy.number("archives.late_days", on=local_date(at)))
    there = Attendance.objects.filter(signup__shift__activity=OuterRef("pk"))
    found: ScopedQuerySet = (
        Activity.objects.of_service().in_scope(scope).filter(state__in=HELD_STATES, ends_at__lte=at)
    )
    return found.filter(Q(archive__isnull=False) | (Q(ends_at__gt=since) & Q(Exists(there))))


def activities(scope: Scope, filters: Filters, *, at: datetime) -> ScopedQuerySet:
    """Return what took place within a scope and fits, the newest first."""
    found = held(scope, at=at)
    words = filters.words.strip()[:WORDS_MOST]
    if words:
        found = found.filter(
            Q(name__icontains=words) | Q(project__organization__name__icontains=words)
        )
    if filters.line_id:
        found = found.filter(project__line=filters.line_id)
    if filters.task:
        found = found.filter(_tasks(at).get(filters.task, Q()))
    return found.select_related(
        "archive", "project__organization", "project__line", "region"
    ).order_by("-ends_at", "-pk")


def _tasks(at: datetime) -> dict[str, Q]:
    missing = Q(archive=None) | Q(archive__state__in=EDITABLE_STATES)
    return {
        "open": missing,
        "late": missing & _overdue(at),
        "waiting": Q(archive__state=S.SUBMITTED),
        "back": Q(archive__state=S.SENT_BACK),
        "settled": Q(archive__state__in=[S.ACCEPTED, S.PUBLIC]),
    }


def _overdue(at: datetime) -> Q:
    """Return what ended so long ago that its archive should be there.

    A number of the city's own does not reach back: what ended before its first day is not late.
    """
    today = local_date(at)
    days = policy.number("archives.submit_days", on=today)
    overdue = Q(ends_at__lt=day_bounds(today - timedelta(days=days))[0])
    first = policy.first_day("archives.submit_days", on=today)
    return overdue & Q(ends_at__gte=day_bounds(first)[0]) if first else overdue


def is_late(activity: Activity, *, at: datetime) -> bool:
    """Return whether the archive of an activity should have been handed in."""
    return Activity.objects.filter(_tasks(at)["late"], pk=activity.pk).exists()


def due_on(activity: Activity, *, days: int) -> date:
    """Return the last day on which the archive of an activity is in time."""
    return local_date(activity.ends_at) + timedelta(days=days)


def counts(scope: Scope, *, at: datetime) -> dict[str, int]:
    """Return how many activities wait in each pile, by one question."""
    piles = {key: Count("pk", filter=task) for key, task in _tasks(at).items() if key != "settled"}
    return held(scope, at=at).order_by().aggregate(**piles)


def reviewable(user: User) -> QuerySet[Archive]:
    """Return the archives that this person may look at: handed in by others, one level below."""
    projects = Project.objects.reviewable(scope_of(user, Permission.PROJECT_REVIEW))
    return (
        Archive.objects.filter(activity__project__in=projects.values("pk"))
        .exclude(Q(created_by=user) | Q(submitted_by=user))
        .select_related("activity__project__organization")
    )


def waiting_for(user: User) -> QuerySet[Archive]:
    """Return the archives that wait for this person, the longest waiting first."""
    return reviewable(user).filter(state=S.SUBMITTED).order_by("submitted_at", "pk")


def is_reviewer(archive: Archive, user: User) -> bool:
    """Return whether this person may decide on an archive."""
    return reviewable(user).filter(pk=archive.pk).exists()


def requests(user: User) -> QuerySet[HideRequest]:
    """Return the requests to hide photos that somebody answers: as organizer, or from above.

    Open ones first, the oldest at the top.
    """
    own, below = (
        scope_of(user, one) for one in (Permission.ACTIVITY_EDIT, Permission.PROJECT_REVIEW)
    )
    asked = HideRequest.objects
    found: QuerySet[HideRequest] = asked.in_scope(own) | asked.in_scope(below)
    return (
        found.select_related("photo__small", "photo__archive__activity", "asked_by__volunteer")
        .annotate(is_answered=Q(answered_at__isnull=False))
        .order_by("is_answered", "due_on", "pk")
    )


def open_requests(user: User) -> int:
    """Return how many requests wait for an answer of this person."""
    return requests(user).filter(state=RequestState.OPEN).count()


def kinds_of(archive: Archive | None) -> QuerySet[OutcomeKind]:
    """Return the kinds that may be filled in: those offered, and those that were counted."""
    wanted = Q(until=None)
    if archive is not None:
        wanted |= Q(pk__in=archive.outcomes.values("kind"))
    return OutcomeKind.objects.filter(wanted)


def whole(archives: QuerySet[Archive]) -> QuerySet[Archive]:
    """Return archives with everything that a page or a package of them shows."""
    return archives.select_related(
        "activity__project__organization__region", "activity__project__line", "activity__region"
    ).prefetch_related(
        "photos__original", "photos__small", "videos__file", "outcomes__kind", "materials",
        "spendings__voucher",
    )  # fmt: skip


# -- Packages ----------------------------------------------------------------------------------


def to_pack(package: Package) -> ScopedQuerySet:
    """Return the archives of a package that its owner may take out now, the oldest first."""
    scope = scope_of(package.owner, Permission.SIGNUP_SEE)
    found: ScopedQuerySet = Archive.objects.in_scope(scope).filter(
        state__in=HANDED_IN_STATES,
        activity__starts_at__gte=day_bounds(package.since)[0],
        activity__starts_at__lt=day_bounds(package.until)[1],
    )
    if package.project_id:
        found = found.filter(activity__project=package.project_id)
    if package.line_id:
        found = found.filter(activity__project__line=package.line_id)
    return found.order_by("activity__starts_at", "pk")


def bytes_of(archives: ScopedQuerySet) -> int:
    """Return how many bytes the originals and the videos of archives have together."""
    theirs = archives.order_by().values("pk")
    photos = Photo.objects.filter(archive__in=theirs).aggregate(
        n=Coalesce(Sum("original__size"), 0)
    )
    videos = archives.order_by().aggregate(n=Coalesce(Sum(F("videos__file__size")), 0))
    return int(photos["n"]) + int(videos["n"])


def packages_of(owner: User) -> QuerySet[Package]:
    """Return what one person has taken out, newest first."""
    return (
        Package.objects.filter(owner=owner)
        .select_related("project", "line", "file")
        .order_by("-pk")
    )
