"""Prove a roster, seat by seat, without the solver: what is wrong with it, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from voluncity.service.rosters.rules.problem import NEVER, Problem, Seat, too_near


def faults(problem: Problem, seats: Sequence[Seat]) -> list[str]:
    """Name every rule of the week that the seats break; the locked ones belong to the seats."""
    return [
        *_overfilled(problem, seats),
        *_not_sent(problem, seats),
        *_too_often(problem, seats),
        *_too_near(problem, seats),
        *_together(problem, seats),
        *_missing(problem, seats),
    ]


def _overfilled(problem: Problem, seats: Sequence[Seat]) -> Iterable[str]:
    kept = Counter((post, time) for _, post, time in problem.kept)
    for (post, time), count in Counter((post, time) for _, post, time in seats).items():
        if count > max(problem.wanted[post, time], kept[post, time]):
            yield f"overfilled: {count} people at post {post}, time {time}"
    for seat, count in Counter(seats).items():
        if count > 1:
            yield f"twice: {seat}"


def _not_sent(problem: Problem, seats: Sequence[Seat]) -> Iterable[str]:
    for person, post, time in seats:
        if (person, post, time) in problem.kept:
            continue
        if not problem.free[person, time]:
            yield f"not free: person {person}, time {time}"
        if problem.way[person, post] == NEVER:
            yield f"too far: person {person}, post {post}"


def _too_often(problem: Problem, seats: Sequence[Seat]) -> Iterable[str]:
    kept = Counter(person for person, _, _ in problem.kept)
    kept_days = Counter((v, problem.moments[t].day) for v, _, t in problem.kept)
    for person, count in Counter(person for person, _, _ in seats).items():
        if count > max(problem.most[person], kept[person]):
            yield f"too often: person {person}, {count} turns"
    in_day = Counter((v, problem.moments[t].day) for v, _, t in seats)
    for (person, day), count in in_day.items():
        if count > max(problem.most_in_day[person, day], kept_days[person, day]):
            yield f"too often: person {person}, {count} turns on day {day}"


def _too_near(problem: Problem, seats: Sequence[Seat]) -> Iterable[str]:
    kept = {(person, time) for person, _, time in problem.kept}
    times: dict[int, list[int]] = {}
    for person, _, time in seats:
        times.setdefault(person, []).append(time)
    for person, own in times.items():
        for place, one in enumerate(own):
            for two in own[place + 1 :]:
                if {(person, one), (person, two)} <= kept:
                    continue
                if too_near(problem.moments[one], problem.moments[two], problem.rest):
                    yield f"no rest: person {person}, times {one} and {two}"


def _together(problem: Problem, seats: Sequence[Seat]) -> Iterable[str]:
    settled = set(problem.kept) | {
        (person, *key) for key, people in problem.taken_by.items() for person in people
    }
    who: dict[tuple[int, int], set[int]] = {
        key: set(people) for key, people in problem.taken_by.items()
    }
    for person, post, time in seats:
        who.setdefault((post, time), set()).add(person)
    for (post, time), people in who.items():
        for one, two in problem.apart:
            both = {(one, post, time), (two, post, time)}
            if {one, two} <= people and not both <= settled:
                yield f"together: {one} and {two} at post {post}, time {time}"


def _missing(problem: Problem, seats: Sequence[Seat]) -> Iterable[str]:
    for seat in set(problem.kept) - set(seats):
        yield f"a locked seat is gone: {seat}"
