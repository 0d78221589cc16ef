"""W6 and W7: the hours of a large event, and proving the books."""

from __future__ import annotations

from collections.abc import Iterator

from bench.city import City
from bench.programs import Done
from bench.table import Line, Target, line_of
from bench.workloads.rush import expect

EVENTS = 5
CHECK_SECONDS = 300


def w6(city: City) -> Iterator[Line]:
    """Confirm everybody's hours of an event with one press, once for each of some events."""
    facts = city.prepare("hours", str(EVENTS))
    city.rest()
    run = city.load("hours.jsonl", connections=1)
    line = line_of(f"W6 confirm {facts['people']} people", run, target=Target(at_most=0.5))
    line.value, line.unit = run.times.p50 / 1000, "s"
    after = city.prepare("hours_after", str(facts["first"]), str(facts["last"]))
    line.notes.append(f"{EVENTS} events, {after['posted']:,} records in the books")
    expect(line, after, {"posted": facts["people"] * EVENTS, "all": facts["people"] * EVENTS})
    yield line


def w7(city: City) -> Iterator[Line]:
    """Prove every book, and give every volunteer the stars that the ladder asks for."""
    is_sqlite = city.database.kind == "sqlite"
    done = check_books(city)
    yield _line("W7 check-books", done, Target(at_most=45 if is_sqlite else 30))
    turns = [city.voluncity("settle-stars", seconds=CHECK_SECONDS) for _ in range(2)]
    slowest = max(turns, key=lambda one: one.seconds)
    yield _line("W7 stars of all", slowest, Target(at_most=15 if is_sqlite else 10))


def check_books(city: City) -> Done:
    """Prove the books of the running city, when the readers of the journal have caught up."""
    city.rest()
    return city.voluncity("check-books", seconds=CHECK_SECONDS)


def _line(name: str, done: Done, target: Target) -> Line:
    line = Line(name, done.seconds, unit="s", target=target, errors=int(done.code != 0))
    line.notes.append(f"the whole command; {done.peak_mb:.0f} MB at most")
    said = [text for text in done.said.splitlines() if text.strip()]
    line.notes += [f"it said: {text}" for text in (said[-1:] if done.code == 0 else said[-5:])]
    return line
