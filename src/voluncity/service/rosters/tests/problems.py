"""Weeks of any shape for property tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
from hypothesis import strategies as st

from voluncity.service.rosters.rules.problem import NEVER, Moment, Problem, Seat, too_near

MONDAY = datetime(2030, 3, 3, 16, 0, tzinfo=UTC)  # midnight in the city


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """Return a small week: some posts, times that may overlap, people with limits."""
    posts = draw(st.integers(1, 3))
    moments = draw(st.lists(_moments(), min_size=1, max_size=5))
    people = draw(st.integers(1, 6))
    moments.sort(key=lambda one: (one.starts_at, one.ends_at))
    shape = (posts, len(moments))
    rest = timedelta(hours=draw(st.sampled_from([0, 2, 8, 11])))
    problem = Problem(
        moments=tuple(moments),
        wanted=_array(draw, shape, 0, 2),
        held=_array(draw, shape, 0, 1),
        free=_array(draw, (people, len(moments)), 0, 2) > 0,
        way=np.where((ways := _array(draw, (people, posts), 0, 60)) > 50, NEVER, ways),
        most=_array(draw, (people,), 0, 3),
        most_in_day=_array(draw, (people, 7), 0, 2),
        load=_array(draw, (people,), 0, 4),
        rest=rest,
        apart=tuple(
            pair
            for pair in draw(st.sets(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=2))
            if pair[0] < pair[1] < people
        ),
    )
    return _with_kept(draw, problem)


def _moments() -> st.SearchStrategy[Moment]:
    return st.builds(_moment, st.integers(0, 2), st.integers(6, 20), st.integers(1, 4))


def _moment(day: int, hour: int, hours: int) -> Moment:
    start = MONDAY + timedelta(days=day, hours=hour)
    return Moment(start, start + timedelta(hours=hours), day)


def _array(draw: st.DrawFn, shape: tuple[int, ...], least: int, most: int) -> np.ndarray:
    count = int(np.prod(shape))
    values = draw(st.lists(st.integers(least, most), min_size=count, max_size=count))
    return np.array(values, dtype=np.int64).reshape(shape)


def _with_kept(draw: st.DrawFn, problem: Problem) -> Problem:
    """Lock one seat, where a place is wanted."""
    wanted = np.argwhere(problem.wanted > 0)
    if not len(wanted) or not draw(st.booleans()):
        return problem
    post, time = wanted[draw(st.integers(0, len(wanted) - 1))]
    seat: Seat = (draw(st.integers(0, problem.people - 1)), int(post), int(time))
    return Problem(**{**vars(problem), "kept": (seat,)})


def best_by_hand(problem: Problem) -> int:
    """Return how many places can be filled at most, by trying everything (small weeks only)."""
    seats = [
        (person, post, time)
        for person in range(problem.people)
        for post in range(problem.wanted.shape[0])
        for time in range(len(problem.moments))
        if problem.free[person, time] and problem.way[person, post] != NEVER
    ]
    return _most(problem, seats, list(problem.kept))


def _most(problem: Problem, seats: list[Seat], taken: list[Seat]) -> int:
    best = len(taken)
    for place, seat in enumerate(seats):
        if _fits(problem, seat, taken):
            best = max(best, _most(problem, seats[place + 1 :], [*taken, seat]))
    return best


def _fits(problem: Problem, seat: Seat, taken: list[Seat]) -> bool:
    person, post, time = seat
    own = [other for other in taken if other[0] == person]
    moment = problem.moments[time]
    there = {other for other, p, t in taken if (p, t) == (post, time)}
    there |= problem.taken_by.get((post, time), frozenset())
    return (
        len([1 for _, p, t in taken if (p, t) == (post, time)]) < problem.wanted[post, time]
        and len(own) < problem.most[person]
        and len([1 for _, _, t in own if problem.moments[t].day == moment.day])
        < problem.most_in_day[person, moment.day]
        and not any(too_near(moment, problem.moments[t], problem.rest) for _, _, t in own)
        and not any({person, other} in [set(pair) for pair in problem.apart] for other in there)
    )
