"""W9: find one of all volunteers, and narrow their list."""

from __future__ import annotations

from collections.abc import Iterator

from bench.city import City
from bench.table import Line, Target, line_of

WARM_SECONDS, SECONDS = 3.0, 10.0
SLOWEST = 5  # kinds that are named in the note


def w9(city: City) -> Iterator[Line]:
    """Look for people by what is known of them, and filter the list with its counts."""
    facts = city.prepare("register")
    for name, words, most in (("search", "search", 50), ("filters", "filtered list", 200)):
        city.load(f"register-{name}.jsonl", connections=1, seconds=WARM_SECONDS)
        run = city.load(f"register-{name}.jsonl", connections=1, seconds=SECONDS)
        line = line_of(f"W9 register, {words}, p95", run, target=Target(at_most=most))
        line.value, line.unit = run.times.p95, "ms"
        ranked = sorted(run.labels.items(), key=lambda pair: -pair[1].p95)
        slow = [f"{kind} {times.p95:.0f}" for kind, times in ranked[:SLOWEST]]
        line.notes.append(f"{facts['volunteers']:,} volunteers; p95 in ms: {', '.join(slow)}")
        yield line
