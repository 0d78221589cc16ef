"""W11 and W11b: a rush on the few pieces of one reward; as many people for many rewards."""

from __future__ import annotations

from collections.abc import Iterator

from bench.city import City
from bench.limits.vouchers import vouchers
from bench.table import Line, Target, line_of
from bench.workloads.rush import FEW, MANY, SHIFTS, expect

PATIENCE_SECONDS = 300  # who is slow misses the target; only what is never answered is an error


def w11(city: City) -> Iterator[Line]:
    """Two thousand people with points go for two hundred pieces."""
    facts = city.prepare("rewards", str(FEW), str(MANY))
    for connections in (FEW, MANY):
        city.rest()
        limit = vouchers(city, connections=connections, offers=1)
        plan = f"rewards-{connections}.jsonl"
        run = city.load(plan, connections=connections, deadline=PATIENCE_SECONDS)
        line = line_of(
            "W11 rewards, rush", run, limit=limit, limit_name="hot row", target=_rush(city)
        )
        offer = str(facts[f"offer_{connections}"])
        after = city.prepare("rewards_after", offer, offer)
        told, pieces = run.statuses.get("200", 0), facts["pieces"]
        line.notes.append(
            f"{facts['people']:,} people for {pieces} pieces: {after['vouchers']} vouchers, "
            f"{told} told so, {after['points']:,} points spent"
        )
        wanted = dict.fromkeys(("vouchers", "takers", "taken", "told"), pieces)
        expect(line, after | {"told": told}, wanted | {"points": facts["points"]})
        yield line


def w11b(city: City) -> Iterator[Line]:
    """Two thousand people each take one of a hundred rewards, of which there is enough."""
    facts = city.prepare("rewards_spread")
    city.rest()
    limit = vouchers(city, connections=MANY, offers=SHIFTS)
    run = city.load("rewards-spread.jsonl", connections=MANY, deadline=PATIENCE_SECONDS)
    line = line_of(
        "W11b rewards, spread", run, limit=limit, limit_name="spread", target=_spread(city)
    )
    after = city.prepare("rewards_after", str(facts["first"]), str(facts["last"]))
    people = facts["people"]
    line.notes.append(f"{people:,} people, {after['vouchers']:,} vouchers")
    wanted = dict.fromkeys(("vouchers", "takers", "taken"), people)
    expect(line, after, wanted | {"points": facts["points"]})
    yield line


def _rush(city: City) -> Target:
    """Return what is asked of the rush on a shift (W1)."""
    if city.database.kind == "sqlite":
        return Target(at_least=1300)
    return Target(at_least=1000, p99_at_most=100, ratio_at_least=0.5)


def _spread(city: City) -> Target:
    """Return what is asked of sign-ups for many shifts (W1b)."""
    if city.database.kind == "sqlite":
        return Target(at_least=900)
    return Target(at_least=700, ratio_at_least=0.12)
