"""Sign up, cancel, be offered, accept, pass on, let time go by, in any order.

After every step: what is taken is what is held, never more than there is; and once the worker has
looked, no place is free while somebody waits who may come.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

import pytest
from django.db import transaction

from voluncity.city.people.models import User, Volunteer
from voluncity.kernel.refusals import Refusal
from voluncity.service.projects import actions as projects
from voluncity.service.projects.models import Shift
from voluncity.service.signups import actions, queries
from voluncity.service.signups.actions.places import shift_of
from voluncity.service.signups.models import Signup
from voluncity.service.signups.states import SignupState
from voluncity.testing.make_people import NOON, make_user, make_volunteer
from voluncity.testing.make_projects import make_activity, make_shift
from voluncity.testing.make_signups import make_signup
from voluncity.testing.saboteurs import accept_offer_at_any_time, decline_offer_keeping_the_place

pytestmark = pytest.mark.django_db

# A thousand take a minute: `VOLUNCITY_STORIES=1000` plays them all; the suite plays the first ones.
STORIES, STEPS = int(os.environ.get("VOLUNCITY_STORIES", "100")), 5
PACE = (timedelta(minutes=1), timedelta(minutes=1), timedelta(minutes=125), timedelta(hours=20))


@dataclass
class World:
    """Two shifts at one time; one is full, and three wait, of whom one has no account."""

    accept: Callable[..., Signup]
    decline: Callable[..., Signup]
    leader: User = field(default_factory=lambda: make_user("李强"))
    at: datetime = NOON

    def __post_init__(self) -> None:
        self.people: list[Volunteer] = [make_volunteer() for _ in range(4)]
        self.people.append(make_volunteer(user=False))
        activity = make_activity()
        self.shifts = [make_shift(activity=activity, capacity=1) for _ in range(2)]
        make_signup(shift=self.shifts[0], volunteer=self.people[0])
        for number in (1, 2, 4):
            make_signup(
                shift=self.shifts[0], volunteer=self.people[number], state=SignupState.WAITING,
                at=NOON - timedelta(hours=1, minutes=-number),
            )  # fmt: skip

    def step(self, random: Random) -> None:
        """Let somebody do something, or time go by; then the worker looks."""
        self.at += random.choice(PACE)
        with suppress(Refusal), transaction.atomic():
            random.choice([
                self._sign_up, self._cancel, self._cancel, self._accept, self._accept,
                self._decline, self._resize,
            ])(random)  # fmt: skip
        for shift_id in queries.shifts_to_fill(at=self.at):
            actions.fill_shift(shift_id=shift_id, at=self.at)

    def _sign_up(self, random: Random) -> None:
        who = random.choice(self.people)
        actions.sign_up(
            shift_id=random.choice(self.shifts).pk, volunteer_id=who.pk,
            by=who.user or self.leader, at=self.at, risks_read=True, wait=True,
        )  # fmt: skip

    def _one(self, random: Random, *states: str) -> Signup:
        """Return one sign-up, sometimes one in which the step makes no sense."""
        found: list[Signup] = list(Signup.objects.order_by("pk"))
        fitting = [one for one in found if one.state in states]
        return random.choice(fitting if fitting and random.random() < 0.9 else found)

    def _cancel(self, random: Random) -> None:
        one = self._one(random, SignupState.PLACED)
        actions.cancel_signup(signup_id=one.pk, reason="临时有事", by=self.leader, at=self.at)

    def _accept(self, random: Random) -> None:
        one = self._one(random, SignupState.OFFERED)
        self.accept(signup_id=one.pk, by=self.leader, at=self.at)

    def _decline(self, random: Random) -> None:
        one = self._one(random, SignupState.OFFERED)
        stay = random.random() < 0.5
        self.decline(signup_id=one.pk, by=self.leader, at=self.at, stay=stay)

    def _resize(self, random: Random) -> None:
        projects.change_capacity(
            shift_id=random.choice(self.shifts).pk, capacity=random.randint(1, 3),
            by=self.leader, at=self.at,
        )  # fmt: skip

    def faults(self) -> list[str]:
        """Name what must never be: a place too many, a place for nobody, a person twice."""
        said = queries.faults()
        signups = Signup.objects.select_related("volunteer")
        by_shift = {shift.pk: shift for shift in Shift.objects.all()}
        waiting = [one for one in signups if one.state == SignupState.WAITING]
        for one in waiting:
            shift = by_shift[one.shift_id]
            if shift.taken < shift.capacity and self.at < shift.starts_at:
                about = shift_of(shift.pk)
                if not queries.reasons_for(about, one.volunteer, at=self.at, is_waiting=True):
                    said.append(f"{one} waits beside a free place")
        said += [f"{s} is overbooked" for s in by_shift.values() if s.taken > s.capacity]
        held = [one.volunteer_id for one in signups if one.state in ("placed", "offered")]
        return said + ["somebody is in two places"] * (len(held) != len(set(held)))


def faults(world: World, *, stories: int) -> list[str]:
    """Play so many stories, each from the same beginning; return what was wrong."""
    found: list[str] = []
    for seed in range(stories):
        random, world.at = Random(seed), NOON  # noqa: S311 -- a story, not a secret
        with transaction.atomic():
            for _ in range(STEPS):
                world.step(random)
                found += world.faults()
            transaction.set_rollback(True)
        if found:
            break
    return found


def test_no_order_of_steps_overbooks_or_strands_a_place() -> None:
    world = World(actions.accept_offer, actions.decline_offer)
    assert faults(world, stories=STORIES) == []


@pytest.mark.parametrize(
    ("accept", "decline"),
    [
        (accept_offer_at_any_time, actions.decline_offer),
        (actions.accept_offer, decline_offer_keeping_the_place),
    ],
)
def test_the_stories_find_a_saboteur(
    accept: Callable[..., Signup], decline: Callable[..., Signup]
) -> None:
    assert faults(World(accept, decline), stories=100) != []
