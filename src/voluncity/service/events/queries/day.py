"""The day of an event at one look: who is expected, there, missing; meals; what happened."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet, Sum

from voluncity.kernel.clock import day_bounds, local_date
from voluncity.service.events.models import (
    Application,
    AppliedDay,
    Assignment,
    Badge,
    Event,
    Group,
    Handout,
    Incident,
    Item,
    PostDay,
)
from voluncity.service.events.queries.proposals import fitting
from voluncity.service.events.states import ApplicationState
from voluncity.service.signups.models import Attendance, Signup
from voluncity.service.signups.states import SignupState


@dataclass(frozen=True)
class Person:
    """Somebody who is expected at a post today."""

    assignment: Assignment
    attendance: Attendance | None

    @property
    def is_there(self) -> bool:
        """Return whether the person has come."""
        return self.attendance is not None


@dataclass(frozen=True)
class PostToday:
    """A post today."""

    row: PostDay
    people: tuple[Person, ...]
    has_begun: bool

    @property
    def there(self) -> int:
        """Return how many have come."""
        return sum(one.is_there for one in self.people)

    @property
    def absent(self) -> tuple[Person, ...]:
        """Return who has not come."""
        return tuple(one for one in self.people if not one.is_there)

    @property
    def unfilled(self) -> int:
        """Return how many places nobody holds."""
        return self.row.wanted - len(self.people)


@dataclass(frozen=True)
class GroupToday:
    """A group today."""

    group: Group
    posts: tuple[PostToday, ...]

    @property
    def expected(self) -> int:
        """Return how many are expected."""
        return sum(len(post.people) for post in self.posts)

    @property
    def there(self) -> int:
        """Return how many have come."""
        return sum(post.there for post in self.posts)

    @property
    def absent(self) -> int:
        """Return how many have not come to what has begun."""
        return sum(len(post.absent) for post in self.posts if post.has_begun)


def day_of(event: Event, text: str, *, at: datetime) -> date:
    """Return the day that an address names, else today or the nearest day of the event."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = local_date(at)
    return min(max(day, event.starts_on), event.ends_on)


def groups_today(event: Event, day: date, *, at: datetime) -> list[GroupToday]:
    """Return groups, posts and people of a day; three questions however many they are."""
    rows = PostDay.objects.filter(post__group__event=event, day=day, shift__isnull=False)
    rows = rows.select_related("shift", "post__group__leader").order_by("post__group", "post")
    held = Assignment.objects.filter(
        post_day__post__group__event=event, post_day__day=day, signup__state=SignupState.PLACED
    ).select_related("application__volunteer", "signup__attendance")
    people: dict[int, list[Person]] = defaultdict(list)
    for one in held.order_by("application__volunteer__name", "pk"):
        attendance = getattr(one.signup, "attendance", None)
        people[one.post_day_id].append(Person(one, attendance))
    posts: dict[int, list[PostToday]] = defaultdict(list)
    groups: dict[int, Group] = {}
    for row in rows:
        assert row.shift is not None, "asked for in the query"  # noqa: S101
        groups[row.post.group_id] = row.post.group
        begun = at >= row.shift.starts_at
        posts[row.post.group_id].append(PostToday(row, tuple(people[row.pk]), begun))
    return [GroupToday(group, tuple(posts[pk])) for pk, group in groups.items()]


@dataclass(frozen=True)
class ItemLook:
    """A thing: pieces, given, left; of what is lent, how many are out."""

    item: Item
    pieces: int
    taken: int

    @property
    def left(self) -> int:
        """Return how many are left."""
        return self.pieces - self.taken


def items_of(event: Event, day: date | None = None) -> list[ItemLook]:
    """Return the things of an event; with a day those of this day and those of all days."""
    found = event.items.annotate(pieces=Sum("stocks__pieces"), given=Sum("stocks__taken"))
    if day is not None:
        found = found.filter(Q(day=day) | Q(day=None))
    return [
        ItemLook(item, getattr(item, "pieces", 0) or 0, getattr(item, "given", 0) or 0)
        for item in found.order_by("day", "pk")
    ]


def sheet(item: Item) -> QuerySet[Handout]:
    """Return who got a thing, and who has not brought it back."""
    return item.handouts.select_related("application__volunteer", "stock", "by").order_by("at")


def still_out(event: Event) -> int:
    """Return how many things that must come back are out."""
    return Handout.objects.filter(
        item__event=event, item__is_returned=True, returned_at=None
    ).count()


def incidents(event: Event, day: date) -> QuerySet[Incident]:
    """Return what happened on a day, the newest first; what is open comes before."""
    begin, end = day_bounds(day)
    found = event.incidents.filter(Q(at__gte=begin, at__lt=end) | Q(done_at=None))
    ordered: QuerySet[Incident] = found.alias(is_done=Q(done_at__isnull=False)).order_by(
        "is_done", "-at", "-pk"
    )
    return ordered


def possible_substitutes(assignment: Assignment, *, limit: int = 40) -> list[Application]:
    """Return who could take over: free at that time, fit for the post, dear to the group first.

    Those who have confirmed and have no post today come before the reserve.
    """
    row = assignment.post_day
    shift = assignment.signup.shift
    busy = Signup.objects.filter(
        state=SignupState.PLACED, shift__starts_at__lt=shift.ends_at,
        shift__ends_at__gt=shift.starts_at,
    )  # fmt: skip
    found = Application.objects.filter(
        event=assignment.application.event_id,
        state__in=[ApplicationState.CONFIRMED, ApplicationState.RESERVE],
        days__in=AppliedDay.objects.filter(day=row.day),
        volunteer__closed_at=None,
    ).exclude(pk=assignment.application_id)
    found = found.exclude(volunteer__in=busy.values("volunteer"))
    people = list(
        found.select_related("volunteer").prefetch_related("likings", "volunteer__skills")
        .order_by("state", "-score", "applied_at")[:200]
    )  # fmt: skip
    group = row.post.group_id
    people.sort(key=lambda one: (one.state != ApplicationState.CONFIRMED, _rank(one, group)))
    return fitting(row, people)[:limit]


def _rank(application: Application, group_id: int) -> int:
    ranks = [one.rank for one in application.likings.all() if one.group_id == group_id]
    return ranks[0] if ranks else 9


@dataclass(frozen=True)
class BadgeLook:
    """What a badge is worth today: `problem` says why it is not."""

    badge: Badge
    problem: str
    held: tuple[Assignment, ...]  # today's places
    zones: tuple[str, ...]
    things: tuple[tuple[Item, Handout | None], ...]


def badge_look(badge: Badge, *, day: date, zone: str = "") -> BadgeLook:
    """Return whether a badge holds here and now, and what its bearer may still get."""
    application = badge.application
    held = tuple(
        application.assignments.filter(
            post_day__day=day, signup__state=SignupState.PLACED
        ).select_related("post_day__post__group")
    )
    zones = tuple(dict.fromkeys(zone for one in held for zone in one.post_day.post.zone_list))
    return BadgeLook(
        badge, _problem(badge, held, zones, zone, day), held, zones, _things(application, day)
    )


def _problem(
    badge: Badge, held: Iterable[Assignment], zones: tuple[str, ...], zone: str, day: date
) -> str:
    if badge.revoked_at is not None:
        return f"证件已作废：{badge.revoke_reason}。请以新证为准。"
    if badge.application.state != ApplicationState.CONFIRMED:
        return "本人已不在赛会名单里，证件无效。"
    if not held:
        return f"日期不对：{day.month}月{day.day}日 没有安排岗位。"
    if zone and zone not in zones:
        may = "、".join(zones) or "公共区域"
        return f"区域不对：不能进入“{zone}”，只能进入{may}。"
    return ""


def _things(application: Application, day: date) -> tuple[tuple[Item, Handout | None], ...]:
    items = application.event.items.filter(Q(day=day) | Q(day=None)).prefetch_related("stocks")
    out = Handout.objects.filter(application=application, returned_at=None)
    got = {one.item_id: one for one in out}
    return tuple((item, got.get(item.pk)) for item in items.order_by("day", "pk"))


def zones_of(event: Event) -> list[str]:
    """Return every zone that a post of the event names."""
    texts = event.groups.order_by("pk").values_list("posts__zones", flat=True)
    found = (zone for text in texts if text for zone in text.split("、") if zone)
    return list(dict.fromkeys(found))
