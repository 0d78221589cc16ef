"""W1, W1b and W2: sign-up rush, sign-ups spread over shifts, the burst at the door."""

from __future__ import annotations

from collections.abc import Iterator

from bench.city import City
from bench.limits import writes
from bench.table import Line, Target, line_of

MANY, FEW = 64, 16
SHIFTS = 100


def w1(city: City) -> Iterator[Line]:
    """Two thousand people go for two hundred places."""
    facts = city.prepare("rush", str(FEW), str(MANY))
    for connections in (FEW, MANY):
        city.rest()
        limit = writes.signups(city, connections=connections, shifts=1)
        run = city.load(f"rush-{connections}.jsonl", connections=connections)
        line = line_of("W1 rush", run, limit=limit, limit_name="hot row", target=_target(city))
        after = city.prepare("rush_after", str(facts[f"shift_{connections}"]))
        line.notes.append(
            f"{facts['people']:,} people for {facts['places']} places: {after['placed']} placed, "
            f"{run.statuses.get('200', 0)} told so, {after['overbooked']} overbooked"
        )
        expected = {"placed": facts["places"], "taken": facts["places"], "overbooked": 0}
        expect(line, after, expected | {"others": 0})
        expect(line, {"told": run.statuses.get("200", 0)}, {"told": facts["places"]})
        yield line


def _target(city: City) -> Target:
    if city.database.kind == "sqlite":
        return Target(at_least=1300, ratio_at_least=0)
    return Target(at_least=1000, p99_at_most=100, ratio_at_least=0.5)


def w1b(city: City) -> Iterator[Line]:
    """Two thousand people sign up for a hundred shifts with room for all."""
    facts = city.prepare("spread")
    city.rest()
    limit = writes.signups(city, connections=MANY, shifts=SHIFTS)
    run = city.load("spread.jsonl", connections=MANY)
    least = 900 if city.database.kind == "sqlite" else 700
    target = Target(at_least=least, ratio_at_least=0.12)
    line = line_of("W1b spread", run, limit=limit, limit_name="spread", target=target)
    after = city.prepare("spread_after", str(facts["first"]), str(facts["last"]))
    line.notes.append(f"{facts['people']:,} people, {after['placed']:,} placed")
    expect(line, after, {"placed": facts["people"]})
    yield line


def w2(city: City) -> Iterator[Line]:
    """Two thousand people press the button at the doors of a hundred shifts."""
    facts = city.prepare("door")
    city.rest()
    limit = writes.signups(city, connections=MANY, shifts=SHIFTS)
    city.prepare("door_open", str(facts["first"]), str(facts["last"]))
    run = city.load("door.jsonl", connections=MANY)
    least = 900 if city.database.kind == "sqlite" else 800
    target = Target(at_least=least, p99_at_most=100, ratio_at_least=0.12)
    line = line_of("W2 check-in", run, limit=limit, limit_name="spread", target=target)
    after = city.prepare("door_after", str(facts["first"]), str(facts["last"]))
    line.notes.append(f"{facts['people']:,} people, {after['inside']:,} inside")
    expect(line, after, {"inside": facts["people"], "scans": facts["people"]})
    yield line


def expect(line: Line, found: dict[str, int], wanted: dict[str, int]) -> None:
    """Count as an error what is not as it must be."""
    for name, value in wanted.items():
        if found[name] != value:
            line.errors += 1
            line.notes.append(f"wrong: {name} is {found[name]:,}, not {value:,}")
