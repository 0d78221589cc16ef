"""Which turns a plan asks for between two days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from voluncity.city.publicity import queries as publicity
from voluncity.service.rosters.models import Need, Plan, Post, Slot
from voluncity.service.rosters.rules.recurrence import Recurrence, span

Key = tuple[int, int, date]  # post, slot, day


@dataclass(frozen=True)
class Wanted:
    """One turn as the plan wants it."""

    post: Post
    slot: Slot
    day: date
    places: int

    @property
    def name(self) -> str:
        """Return the name of its shift."""
        return f"{self.post.name} {self.slot.name}"

    @property
    def times(self) -> tuple[datetime, datetime]:
        """Return start and end."""
        return span(self.day, self.slot.begins, self.slot.minutes)


def live_posts(plan: Plan) -> list[Post]:
    """Return the posts that are used, in the order in which they were made."""
    return list(plan.posts.filter(retired_at=None).order_by("pk"))


def live_slots(plan: Plan) -> list[Slot]:
    """Return the times that are used, in the order of the day."""
    found = plan.slots.filter(retired_at=None).prefetch_related("specials")
    return list(found.order_by("begins", "pk"))


def recurrence_of(slot: Slot) -> Recurrence:
    """Return when a time is held."""
    return Recurrence(
        rule=slot.rule,
        since=slot.since,
        until=slot.until,
        days=slot.days,
        specials={one.day: one.is_on for one in slot.specials.all()},
    )


def needs_of(plan: Plan) -> dict[tuple[int, int], int]:
    """Return the numbers that differ from a post's usual one, by post and slot."""
    found = Need.objects.filter(post__plan=plan).values_list("post_id", "slot_id", "places")
    return {(post, slot): places for post, slot, places in found}


def held_days(slots: Iterable[Slot], first: date, last: date) -> dict[int, list[date]]:
    """Return for each time the days on which it is held."""
    calendar = publicity.calendar()
    return {slot.pk: recurrence_of(slot).between(first, last, calendar) for slot in slots}


def wanted(plan: Plan, first: date, last: date) -> dict[int, dict[Key, Wanted]]:
    """Return for each post of the plan, also one without any, the turns it should have."""
    slots, needs = live_slots(plan), needs_of(plan)
    days = held_days(slots, first, last)
    found: dict[int, dict[Key, Wanted]] = {}
    for post in live_posts(plan):
        own = found.setdefault(post.pk, {})
        for slot in slots:
            places = needs.get((post.pk, slot.pk), post.places)
            if places:
                own |= {
                    (post.pk, slot.pk, day): Wanted(post, slot, day, places)
                    for day in days[slot.pk]
                }
    return found
