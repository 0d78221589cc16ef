"""One week of a roster as numbers: places, people, and what may not be.

Everything that forbids is in here once; the solver, the check of its answer and the check of a
manual move read the same arrays.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Seat = tuple[int, int, int]  # person, post, time

NEVER = -1

# What a roster is worth, in one number; smaller is better. The first place of a post at a time is
# worth more than a further one, any place more than everybody's convenience.
FIRST_PLACE, FURTHER_PLACE = 12_000, 10_000
PER_LOAD = 40  # each turn more than somebody has had
LIKED = 30


@dataclass(frozen=True)
class Moment:
    """One time of one day."""

    starts_at: datetime
    ends_at: datetime
    day: int  # of the week, 0 to 6


@dataclass(frozen=True)
class Problem:
    """One week: P posts, T moments in order of time, V people.

    `wanted[p, t]` places are free, `held[p, t]` are given already. `free[v, t]`: may come then.
    `way[v, p]`: the cost of the way, `NEVER` where the person is not sent. `most[v]` turns at
    most, `most_in_day[v, day]` on one day. `load[v]`: turns of the last weeks. `apart`: pairs
    who are not put at one post at one time; `kept`: seats that are locked.
    """

    moments: tuple[Moment, ...]
    wanted: Ints
    held: Ints
    free: Bools
    way: Ints
    most: Ints
    most_in_day: Ints
    load: Ints
    rest: timedelta
    apart: tuple[tuple[int, int], ...] = ()
    kept: tuple[Seat, ...] = ()
    # Who of a pair already holds a place there, from outside this draft.
    taken_by: dict[tuple[int, int], frozenset[int]] = field(default_factory=dict)

    @property
    def people(self) -> int:
        """Return how many people there are."""
        return int(self.free.shape[0])

    def clashing(self) -> Bools:
        """Return which two moments one person cannot serve: they overlap, or leave no rest."""
        count = len(self.moments)
        found = np.zeros((count, count), dtype=np.bool_)
        for one, first in enumerate(self.moments):
            for two, second in enumerate(self.moments):
                found[one, two] = too_near(first, second, self.rest)
        return found


def too_near(first: Moment, second: Moment, rest: timedelta) -> bool:
    """Return whether one person cannot serve both, with the rest that lies between."""
    return first.starts_at < second.ends_at + rest and second.starts_at < first.ends_at + rest


def without_kept(problem: Problem) -> Problem:
    """Return what is left to decide when the locked seats are taken."""
    wanted, held, most = problem.wanted.copy(), problem.held.copy(), problem.most.copy()
    free, days, load = problem.free.copy(), problem.most_in_day.copy(), problem.load.copy()
    taken = {key: set(who) for key, who in problem.taken_by.items()}
    clashes = problem.clashing()
    for person, post, time in problem.kept:
        wanted[post, time] = max(0, wanted[post, time] - 1)
        held[post, time] += 1
        most[person] = max(0, most[person] - 1)
        load[person] += 1
        day = problem.moments[time].day
        days[person, day] = max(0, days[person, day] - 1)
        free[person] &= ~clashes[time]
        taken.setdefault((post, time), set()).add(person)
    return Problem(
        moments=problem.moments, wanted=wanted, held=held, free=free, way=problem.way, most=most,
        most_in_day=days, load=load, rest=problem.rest, apart=problem.apart,
        taken_by={key: frozenset(who) for key, who in taken.items()},
    )  # fmt: skip
