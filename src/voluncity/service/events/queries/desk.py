"""What the desk asks: events, progress of each post, applications."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from voluncity.city.access.scopes import Scope, ScopedQuerySet
from voluncity.kernel.clock import local_date
from voluncity.service.events.models import (
    Application,
    AppliedDay,
    Assignment,
    Badge,
    Event,
    Group,
    Liking,
    Post,
    PostDay,
)
from voluncity.service.events.queries.public import held_places, with_held
from voluncity.service.events.states import IN_PLAY, ApplicationState
from voluncity.service.signups.states import SignupState

A = ApplicationState
TASKS = (
    ("screen", "待审核"),
    ("interview", "面试未登记"),
    ("silent", "等本人确认"),
    ("unplaced", "已确认未安排"),
    ("no_badge", "已安排未制证"),
    ("no_photo", "没有照片"),
)


@dataclass(frozen=True)
class Filters:
    """What a list of applications asks for."""

    event_id: int = 0
    words: str = ""
    state: str = ""
    task: str = ""
    group_id: int = 0
    day: date | None = None


def events_in(scope: Scope, *, words: str = "", when: str = "", at: datetime) -> ScopedQuerySet:
    """Return the events within a scope, the newest first."""
    found: ScopedQuerySet = Event.objects.in_scope(scope).select_related(
        "project__organization", "region"
    )
    if words:
        found = found.filter(Q(name__icontains=words) | Q(place__icontains=words))
    today = local_date(at)
    if when == "coming":
        found = found.filter(ends_on__gte=today)
    elif when == "past":
        found = found.filter(ends_on__lt=today)
    counted: ScopedQuerySet = found.annotate(
        applied=Count("applications", filter=Q(applications__state__in=IN_PLAY)),
        confirmed=Count("applications", filter=Q(applications__state=A.CONFIRMED)),
    ).order_by("-starts_on", "-pk")
    return counted


def live_assignment() -> Exists:
    """Return whether an application holds a place."""
    return Exists(
        Assignment.objects.filter(application=OuterRef("pk"), signup__state=SignupState.PLACED)
    )


def live_badge() -> Exists:
    """Return whether an application has a badge that holds."""
    return Exists(Badge.objects.filter(application=OuterRef("pk"), revoked_at=None))


def applications(scope: Scope, filters: Filters) -> ScopedQuerySet:
    """Return the applications within a scope that a filter asks for, in the order of coming."""
    found: ScopedQuerySet = Application.objects.in_scope(scope)
    if filters.event_id:
        found = found.filter(event=filters.event_id)
    if filters.words:
        said = Q(volunteer__name__icontains=filters.words) | Q(volunteer__number=filters.words)
        found = found.filter(said)
    if filters.state in A.values:
        found = found.filter(state=filters.state)
    if filters.group_id:
        placed = Q(
            assignments__post_day__post__group=filters.group_id,
            assignments__signup__state=SignupState.PLACED,
        )
        liked = Q(likings__group=filters.group_id)
        found = found.filter(pk__in=Application.objects.filter(placed | liked).values("pk"))
    if filters.day is not None:
        found = found.filter(days__day=filters.day)
    if filters.task in _OF_TASK:
        found = _OF_TASK[filters.task](found)
    ordered: ScopedQuerySet = found.order_by("-applied_at", "-pk")
    return ordered


_OF_TASK = {
    "screen": lambda found: found.filter(state=A.APPLIED),
    "interview": lambda found: found.filter(state=A.INTERVIEW, has_come=None),
    "silent": lambda found: found.filter(state=A.SELECTED),
    "unplaced": lambda found: found.filter(~live_assignment(), state=A.CONFIRMED),
    "no_badge": lambda found: found.filter(live_assignment(), ~live_badge(), state=A.CONFIRMED),
    "no_photo": lambda found: found.filter(state=A.CONFIRMED, photo=None),
}


def task_counts(scope: Scope, event_id: int) -> list[tuple[str, str, int]]:
    """Return what waits for the organizer, with its number."""
    return [
        (key, label, applications(scope, Filters(event_id=event_id, task=key)).count())
        for key, label in TASKS
    ]


def with_all(found: QuerySet[Application]) -> QuerySet[Application]:
    """Return applications with all that a row of the list shows: no question for each row."""
    return found.select_related("volunteer", "event__project__organization").prefetch_related(
        Prefetch("likings", Liking.objects.select_related("group")),
        Prefetch("days", AppliedDay.objects.all()),
        with_held(),
        Prefetch("badges", Badge.objects.filter(revoked_at=None), to_attr="live_badges"),
    )


@dataclass(frozen=True)
class Cell:
    """One day of a post: wanted, placed."""

    row: PostDay
    wanted: int
    placed: int

    @property
    def missing(self) -> int:
        """Return how many people are still wanted."""
        return self.wanted - self.placed


@dataclass(frozen=True)
class PostLine:
    """A post with its days, in the order of the event's days (None: not wanted)."""

    post: Post
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True)
class GroupLine:
    """A group with its posts."""

    group: Group
    posts: tuple[PostLine, ...]


def progress(event: Event) -> list[GroupLine]:
    """Return per group, post and day how many are wanted and placed; three questions."""
    groups = event.groups.select_related("leader").order_by("pk")
    posts = Post.objects.filter(group__event=event)
    rows = PostDay.objects.filter(post__group__event=event).select_related("shift")
    of_post: dict[int, dict[date, PostDay]] = defaultdict(dict)
    for row in rows:
        of_post[row.post_id][row.day] = row
    of_group: dict[int, list[PostLine]] = defaultdict(list)
    for post in posts.order_by("pk"):
        cells = tuple(_cell(of_post[post.pk].get(day)) for day in event.days)
        of_group[post.group_id].append(PostLine(post, cells))
    return [GroupLine(group, tuple(of_group[group.pk])) for group in groups]


def _cell(row: PostDay | None) -> Cell | None:
    if row is None:
        return None
    return Cell(row, row.wanted, row.shift.taken if row.shift else 0)


def state_counts(event: Event) -> list[tuple[str, str, int]]:
    """Return how many applications are in each state, in the order of the table."""
    found = dict(event.applications.order_by().values_list("state").annotate(number=Count("pk")))
    return [(value, str(label), found.get(value, 0)) for value, label in A.choices]


def days_to_assign(event: Event, *, at: datetime) -> list[PostDay]:
    """Return the days of posts at which somebody can be placed."""
    found = PostDay.objects.filter(post__group__event=event, shift__ends_at__gt=at)
    return list(found.select_related("shift", "post__group").order_by("day", "post__group", "post"))


def held_by(application: Application) -> list[Assignment]:
    """Return the places that somebody holds, in order of time."""
    return list(held_places().filter(application=application))
