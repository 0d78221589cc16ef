"""Make one week of a city's roster and solve it; print what it took as one line of JSON.

The city is a square of 20 km; people come to four of ten shifts and go at most 2 to 8 km, one to
three times a week, once a day. The numbers are drawn with a fixed seed.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime, timedelta

import numpy as np

from voluncity.service.rosters.rules.checking import faults
from voluncity.service.rosters.rules.problem import NEVER, Moment, Problem
from voluncity.service.rosters.rules.solving import solve

SEED = 7
CITY_KM = 20.0
COMES = 0.4
SECONDS = 25.0
MONDAY = datetime(2030, 3, 3, 23, 0, tzinfo=UTC)  # 07:00 in the city


def week(posts: int, times: int, people: int, places: int) -> Problem:
    """Return a week of two peak hours a day."""
    draw = np.random.default_rng(SEED)
    at, homes = draw.uniform(0, CITY_KM, (posts, 2)), draw.uniform(0, CITY_KM, (people, 2))
    km = np.hypot(homes[:, None, 0] - at[None, :, 0], homes[:, None, 1] - at[None, :, 1])
    farthest = draw.choice([2, 3, 5, 8], people)
    starts = [MONDAY + timedelta(days=n // 2, hours=10 * (n % 2)) for n in range(times)]
    return Problem(
        moments=tuple(
            Moment(start, start + timedelta(minutes=90), n // 2 % 7)
            for n, start in enumerate(starts)
        ),
        wanted=np.full((posts, times), places, dtype=np.int64),
        held=np.zeros((posts, times), dtype=np.int64),
        free=draw.random((people, times)) < COMES,
        way=np.where(km <= farthest[:, None], np.round(km * 10), NEVER).astype(np.int64),
        most=draw.integers(1, 4, people),
        most_in_day=np.ones((people, 7), dtype=np.int64),
        load=draw.integers(0, 4, people),
        rest=timedelta(hours=8),
        apart=tuple((2 * n, 2 * n + 1) for n in range(min(20, people // 2))),
    )


def main(arguments: list[str]) -> None:
    """Solve the week of the size that is named."""
    posts, times, people, places = map(int, arguments)
    problem = week(posts, times, people, places)
    solution = solve(problem, seconds=SECONDS)
    reach = (problem.way != NEVER).sum(axis=1)
    facts = {
        "seconds": round(solution.seconds, 2),
        "wanted": int(problem.wanted.sum()),
        "filled": len(solution.seats),
        "seats": int((reach * problem.free.sum(axis=1)).sum()),
        "gap": solution.gap,
        "faults": len(faults(problem, solution.seats)),
    }
    sys.stdout.write(json.dumps(facts) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
