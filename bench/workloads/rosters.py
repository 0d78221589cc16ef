"""W10: the automatic roster of 107 crossings, 10 shifts, 2,000 volunteers (Puyang's 文明交通)."""

from __future__ import annotations

import json
from collections.abc import Iterator

from bench.city import City
from bench.table import Line, Target
from house.paths import PYTHON

POSTS, TIMES, PEOPLE, PLACES = 107, 10, 2_000, 2
SECONDS = 30


def w10(city: City) -> Iterator[Line]:
    """Solve one week in a process of its own; the limit of its worth is the linear bound."""
    city.rest()
    size = map(str, (POSTS, TIMES, PEOPLE, PLACES))
    done = city.run([str(PYTHON), "-m", "bench.workloads.roster_week", *size], seconds=SECONDS * 4)
    line = Line(
        f"W10 roster {POSTS} × {TIMES} × {PEOPLE:,}", done.seconds, unit="s",
        target=Target(at_most=SECONDS), errors=int(done.code != 0),
    )  # fmt: skip
    if done.code == 0:
        facts = json.loads(done.said.splitlines()[-1])
        line.value = facts["seconds"]
        line.megabytes = done.peak_mb
        line.notes.append(
            f"{facts['filled']:,} of {facts['wanted']:,} places, {facts['seats']:,} possible seats"
        )
        line.notes.append(
            f"gap to the linear bound {facts['gap'] * 100:.4f} %, rules broken: {facts['faults']}"
        )
        line.errors = facts["faults"]
    yield line
