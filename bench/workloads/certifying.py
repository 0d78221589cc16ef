"""W12: counting who of all volunteers comes into question for stars and medals."""

from __future__ import annotations

from collections.abc import Iterator

from bench.city import City
from bench.table import Line, Target
from bench.workloads.rush import expect

SECONDS = 5
# The low ladder is climbed by very many: it shows what a candidate costs, and has no target.
BATCHES = {"stars": Target(at_most=SECONDS), "medals": Target(at_most=SECONDS), "low": Target()}


def w12(city: City) -> Iterator[Line]:
    """Count a batch of the whole city, as the office starts it, three times."""
    city.rest()
    facts = city.prepare("candidates")
    for name, target in BATCHES.items():
        words = "stars by a low ladder" if name == "low" else name
        line = Line(f"W12 candidates, {words}", facts[f"{name}_ms"] / 1000, unit="s", target=target)
        line.notes.append(
            f"{facts['volunteers']:,} volunteers, {facts[f'{name}_looked_at']:,} with hours: "
            f"{facts[f'{name}_candidates']:,} candidates, {facts[f'{name}_short']:,} nearly"
        )
        expect(line, {"counted": facts[f"{name}_open"]}, {"counted": 1})
        if name == "low":
            expect(line, facts, {"low_candidates": facts["low_expected"]})
        yield line
