"""What residents see: events that are public, and their own applications."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, QuerySet
from django.urls import reverse

from voluncity.city.access import personal
from voluncity.city.orgs.rules import OpenWork
from voluncity.city.people import queries as people
from voluncity.city.people.models import Volunteer
from voluncity.kernel.clock import local_date
from voluncity.service.events.models import Application, Assignment, Event, Group, Post
from voluncity.service.events.states import IN_PLAY, LIVE_EVENTS, PUBLIC_EVENTS, EventState
from voluncity.service.signups.states import SignupState


def public_events() -> QuerySet[Event]:
    """Return the events that everybody may read about."""
    return Event.objects.filter(state__in=PUBLIC_EVENTS).select_related(
        "project__organization", "region", "briefing_file"
    )


def shown_events(*, at: datetime) -> list[Event]:
    """Return the coming events, the next first, then some that are over."""
    today = local_date(at)
    coming = public_events().filter(ends_on__gte=today, state=EventState.OPEN)
    past = public_events().filter(ends_on__lt=today)
    return [*coming.order_by("starts_on", "pk")[:30], *past.order_by("-ends_on", "-pk")[:10]]


@dataclass(frozen=True)
class GroupLook:
    """A group as residents see it: what is done, and how many people are wanted."""

    group: Group
    posts: tuple[Post, ...]
    wanted: int


def groups_of(event: Event) -> list[GroupLook]:
    """Return the groups with posts and the greatest number wanted on one day."""
    posts = Post.objects.filter(group__event=event).select_related("course")
    of_group: dict[int, list[Post]] = defaultdict(list)
    for post in posts.prefetch_related("skills", "days").order_by("pk"):
        of_group[post.group_id].append(post)
    return [
        GroupLook(group, tuple(of_group[group.pk]), _most(of_group[group.pk]))
        for group in event.groups.order_by("pk")
    ]


def _most(posts: list[Post]) -> int:
    per_day: dict[object, int] = defaultdict(int)
    for post in posts:
        for row in post.days.all():
            per_day[row.day] += row.wanted
    return max(per_day.values(), default=0)


def window(event: Event, *, at: datetime) -> str:
    """Return whether one may apply: "before", "open", "over" or "closed"."""
    if event.state != EventState.OPEN:
        return "closed"
    if at < event.apply_from:
        return "before"
    return "open" if at < event.apply_until else "over"


def own(volunteer: Volunteer) -> QuerySet[Application]:
    """Return the applications of a person, the newest first."""
    mine = Application.objects.filter(volunteer__in=people.records_of(volunteer))
    return (
        mine.select_related("event__project__organization", "event__briefing_file", "volunteer")
        .prefetch_related(with_held())
        .order_by("-applied_at", "-pk")
    )


def held_places() -> QuerySet[Assignment]:
    """Return the places that somebody holds, in order of time."""
    held = Assignment.objects.filter(signup__state=SignupState.PLACED)
    return held.select_related("post_day__post__group", "signup__shift").order_by(
        "post_day__day", "pk"
    )


def with_held() -> Prefetch[str, QuerySet[Assignment], str]:
    """Let applications bring the places that they hold (`held`): one question for all."""
    return Prefetch("assignments", held_places(), to_attr="held")


def own_for(volunteer: Volunteer | None, event: Event) -> Application | None:
    """Return somebody's application for an event."""
    if volunteer is None:
        return None
    found: Application | None = own(volunteer).filter(event=event).first()
    return found


def diet_of(application: Application) -> str:
    """Return what somebody said about food; shown to the organizer and the person only."""
    if not application.diet_cipher:
        return ""
    return personal.unseal(application.diet_cipher, bound_to=bound_to(application))


def bound_to(application: Application) -> str:
    """Return to what the sealed words of an application are bound."""
    return f"event-application:{application.key}"


def in_play(volunteer_ids: list[int], *, at: datetime) -> QuerySet[Application]:
    """Return the applications that are alive for events still to come."""
    return Application.objects.filter(
        volunteer__in=volunteer_ids, state__in=IN_PLAY, event__state__in=LIVE_EVENTS,
        event__ends_on__gte=local_date(at),
    ).select_related("event", "volunteer")  # fmt: skip


def open_work(*, organization_id: int, at: datetime) -> list[OpenWork]:
    """Return what an organization must close or call off before it ends."""
    number = Event.objects.filter(
        project__organization=organization_id, state__in=LIVE_EVENTS
    ).count()
    if not number:
        return []
    return [OpenWork(f"{number} 次赛会没有结束或取消", reverse("events:desk_list"))]
