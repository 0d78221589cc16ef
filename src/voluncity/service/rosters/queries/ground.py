"""One week of a draft as a problem for the solver, and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
from django.db.models import Q

from voluncity.kernel.clock import local_date
from voluncity.service.projects.states import ActivityState
from voluncity.service.rosters.models import Assignment, Pair, Plan, Post, Run, Turn, Wish
from voluncity.service.rosters.queries.facts import Facts, facts
from voluncity.service.rosters.rules.explaining import Known, Why
from voluncity.service.rosters.rules.problem import (
    LIKED,
    NEVER,
    Ints,
    Moment,
    Problem,
    Seat,
    too_near,
)
from voluncity.service.signups.models import Signup
from voluncity.service.signups.states import HOLDING

DAYS = 7
_METERS_PER_COST = 100
_METERS_PER_DEGREE = 111_195.0


@dataclass(frozen=True)
class Week:
    """A week: the problem, what was found out, and who and what its numbers stand for."""

    problem: Problem
    known: Known
    volunteers: tuple[int, ...]
    turns: dict[tuple[int, int], int]  # (post, time) of the problem -> turn

    def turn_of(self, seat: Seat) -> int:
        """Return the turn at which a seat is."""
        return self.turns[seat[1], seat[2]]


def open_turns(plan: Plan, first: date, last: date, *, at: datetime) -> list[Turn]:
    """Return the turns between two days for which people can still be placed."""
    found = Turn.objects.filter(
        post__plan=plan, day__range=(first, last), shift__starts_at__gt=at,
        shift__activity__state=ActivityState.OPEN,
    )  # fmt: skip
    return list(found.select_related("shift", "post", "slot").order_by("shift__starts_at", "pk"))


def week(run: Run, monday: date, *, at: datetime) -> Week:
    """Return one week of a draft; locked assignments are kept, all others decided anew."""
    plan = run.plan
    last = min(run.last_day, monday + timedelta(days=DAYS - 1))
    turns = open_turns(plan, max(run.first_day, monday), last, at=at)
    known = facts(plan, monday, at=at)
    return _Builder(run, monday, turns, known).week()


class _Builder:
    """Turn rows into arrays."""

    def __init__(self, run: Run, monday: date, turns: Sequence[Turn], known: Facts) -> None:
        self.run, self.plan, self.monday, self.facts = run, run.plan, monday, known
        self.rest = timedelta(minutes=run.plan.rest_minutes)
        self.posts: dict[int, tuple[int, Post]] = {}
        self.times: dict[tuple[int, datetime, datetime], int] = {}
        self.slot_days: list[tuple[int, date]] = []
        self.moments: list[Moment] = []
        self.turns: dict[tuple[int, int], Turn] = {}
        self.drafted = self._drafted_beside()
        for turn in turns:
            self._add(turn)
        self.person = {wish.volunteer_id: n for n, wish in enumerate(known.wishes)}

    def _add(self, turn: Turn) -> None:
        shift = turn.shift
        assert shift is not None, "open turns have a shift"  # noqa: S101
        post, _ = self.posts.setdefault(turn.post_id, (len(self.posts), turn.post))
        key = (turn.slot_id, shift.starts_at, shift.ends_at)
        if key not in self.times:
            self.times[key] = len(self.times)
            self.slot_days.append((turn.slot_id, turn.day))
            day = local_date(shift.starts_at).weekday()
            self.moments.append(Moment(shift.starts_at, shift.ends_at, day))
        self.turns[post, self.times[key]] = turn

    def week(self) -> Week:
        """Return the week."""
        known = self._why()
        problem = Problem(
            moments=tuple(self.moments),
            **self._places(),
            free=known.why == Why.MAY,
            way=self._ways(),
            rest=self.rest,
            apart=self._apart(),
            kept=self._kept(),
            taken_by=self._taken_by(),
            **self._limits(),
        )
        numbers = {key: turn.pk for key, turn in self.turns.items()}
        return Week(problem, known, tuple(self.person), numbers)

    def _places(self) -> dict[str, Ints]:
        shape = (len(self.posts), len(self.moments))
        wanted, held = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
        for key, turn in self.turns.items():
            assert turn.shift is not None, "open turns have a shift"  # noqa: S101
            wanted[key] = turn.shift.capacity - turn.shift.taken
            held[key] = turn.shift.taken
        return {"wanted": wanted, "held": held}

    def _why(self) -> Known:
        """Return for each person and time why not, and the sentence of a condition."""
        why = np.full((len(self.person), len(self.moments)), Why.NOT_FREE, dtype=np.int8)
        sentences: dict[int, str] = {}
        for person, wish in enumerate(self.facts.wishes):
            free, away = self.facts.free.get(wish.pk, set()), self.facts.aways.get(wish.pk, set())
            for time, (slot, day) in enumerate(self.slot_days):
                if (slot, day.weekday()) not in free:
                    continue
                why[person, time] = Why.AWAY if day in away else self._why_not(wish, time)
                if why[person, time] == Why.CONDITION:
                    sentences.setdefault(person, self.facts.may(wish.volunteer, day))
        return Known(why, sentences)

    def _why_not(self, wish: Wish, time: int) -> Why:
        if self.facts.may(wish.volunteer, self.slot_days[time][1]):
            return Why.CONDITION
        for one in self.facts.busy.get(wish.volunteer_id, ()):
            if too_near(self.moments[time], Moment(one.starts_at, one.ends_at, 0), self.rest):
                return Why.BUSY
        for moment in self.drafted.get(wish.volunteer_id, ()):
            if too_near(self.moments[time], moment, self.rest):
                return Why.BUSY
        return Why.MAY

    def _drafted_beside(self) -> dict[int, list[Moment]]:
        """Return who stands where in this draft just before and just after the week.

        Sunday night and Monday morning lie in two weeks, and the same person needs rest.
        """
        near = timedelta(days=4)  # the longest rest is two days, the longest turn one
        sunday = self.monday + timedelta(days=DAYS - 1)
        before = Q(turn__day__range=(self.monday - near, self.monday - timedelta(days=1)))
        # What is not locked is decided anew when its own week comes.
        after = Q(is_locked=True, turn__day__range=(sunday + timedelta(days=1), sunday + near))
        beside = Assignment.objects.filter(
            before | after, run=self.run, signup=None, turn__shift__isnull=False
        )
        found: dict[int, list[Moment]] = {}
        for volunteer, starts_at, ends_at in beside.values_list(
            "volunteer_id", "turn__shift__starts_at", "turn__shift__ends_at"
        ):
            found.setdefault(volunteer, []).append(Moment(starts_at, ends_at, 0))
        return found

    def _ways(self) -> Ints:
        posts = [post for _, post in self.posts.values()]
        ways = np.zeros((len(self.person), len(posts)), dtype=np.int64)
        if not posts or not self.person:
            return ways
        points = np.array([_point(post) for post in posts], dtype=float)
        homes = np.array([_home(wish) for wish in self.facts.wishes], dtype=float)
        north = (homes[:, None, 0] - points[None, :, 0]) * _METERS_PER_DEGREE
        east = homes[:, None, 1] - points[None, :, 1]
        east *= _METERS_PER_DEGREE * np.cos(np.radians(points[None, :, 0]))
        meters = np.hypot(north, east)
        unknown = np.isnan(meters)
        ways = np.where(unknown, 0, np.nan_to_num(meters) // _METERS_PER_COST).astype(np.int64)
        ways[(meters > self.plan.max_km * 1000) & ~unknown] = NEVER
        self._like(ways)
        return ways

    def _like(self, ways: Ints) -> None:
        """Let people be where they would rather be, and never where they would not."""
        for person, wish in enumerate(self.facts.wishes):
            likings = self.facts.likings.get(wish.pk, {})
            liked = [self.posts[pk][0] for pk, yes in likings.items() if yes and pk in self.posts]
            if liked:
                others = ways[person] != NEVER
                others[liked] = False
                ways[person, others] += LIKED
                ways[person, liked] = np.maximum(ways[person, liked], 0)
            for pk, yes in likings.items():
                if not yes and pk in self.posts:
                    ways[person, self.posts[pk][0]] = NEVER

    def _limits(self) -> dict[str, Ints]:
        """Return how often each may be placed, less the turns they have this week."""
        count = len(self.person)
        most = np.array(
            [min(wish.max_per_week, self.plan.max_per_week) for wish in self.facts.wishes],
            dtype=np.int64,
        )
        in_day = np.full((count, DAYS), self.plan.max_per_day, dtype=np.int64)
        load = np.zeros(count, dtype=np.int64)
        for volunteer, person in self.person.items():
            load[person] = self.facts.load[volunteer]
            for one in self.facts.busy.get(volunteer, ()):
                offset = (local_date(one.starts_at) - self.monday).days
                if one.is_of_plan and 0 <= offset < DAYS:
                    most[person] -= 1
                    in_day[person, offset] -= 1
        for volunteer in self._elsewhere():
            if volunteer in self.person:
                load[self.person[volunteer]] += 1
        return {
            "most": np.maximum(most, 0), "most_in_day": np.maximum(in_day, 0), "load": load,
        }  # fmt: skip

    def _elsewhere(self) -> list[int]:
        """Return who stands where in the weeks before, once for each turn."""
        found = Assignment.objects.filter(run=self.run, turn__day__lt=self.monday)
        return list(found.values_list("volunteer_id", flat=True))

    def _apart(self) -> tuple[tuple[int, int], ...]:
        pairs = Pair.objects.filter(plan=self.plan).values_list("one_id", "other_id")
        return tuple(
            (self.person[one], self.person[other])
            for one, other in pairs
            if one in self.person and other in self.person
        )

    def _kept(self) -> tuple[Seat, ...]:
        keys = {turn.pk: key for key, turn in self.turns.items()}
        locked = Assignment.objects.filter(run=self.run, is_locked=True, turn__in=list(keys))
        return tuple(
            (self.person[volunteer], *keys[turn])
            for volunteer, turn in locked.values_list("volunteer_id", "turn_id").order_by("pk")
            if volunteer in self.person
        )

    def _taken_by(self) -> dict[tuple[int, int], frozenset[int]]:
        keys = {turn.shift_id: key for key, turn in self.turns.items()}
        placed = Signup.objects.filter(shift__in=list(keys), state__in=HOLDING)
        found: dict[tuple[int, int], set[int]] = {}
        for shift, volunteer in placed.values_list("shift_id", "volunteer_id"):
            if volunteer in self.person:
                found.setdefault(keys[shift], set()).add(self.person[volunteer])
        return {key: frozenset(who) for key, who in found.items()}


def _point(post: Post) -> tuple[float, float]:
    if post.lat is None or post.lng is None:
        return float("nan"), float("nan")
    return post.lat, post.lng


def _home(wish: Wish) -> tuple[float, float]:
    """Return about where somebody lives: the post next to them, else the middle of the area."""
    if wish.near is not None:
        return _point(wish.near)
    region = wish.volunteer.region
    if region.lat is None or region.lng is None:
        return float("nan"), float("nan")
    return region.lat, region.lng
