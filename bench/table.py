"""One table of everything that was measured, for the terminal, for the document and as JSON."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from bench.figures import Run, Times

HEAD = ("workload", "measured", "p50 ms", "p95 ms", "p99 ms", "errors", "limit", "ratio", "target")
PER_SECOND = "/s"


@dataclass(frozen=True, slots=True)
class Target:
    """What STACK.md §9 asks for; what is left out is not asked for."""

    at_least: float = 0.0
    at_most: float = 0.0
    p99_at_most: float = 0.0
    ratio_at_least: float = 0.0
    mb_at_most: float = 0.0

    def text(self, unit: str) -> str:
        """Return the target in words."""
        parts = [
            (self.at_least, f"≥ {number(self.at_least)}{_joined(unit)}"),
            (self.at_most, f"≤ {number(self.at_most)}{_joined(unit)}"),
            (self.p99_at_most, f"p99 ≤ {number(self.p99_at_most)} ms"),
            (self.ratio_at_least, f"ratio ≥ {self.ratio_at_least:g}"),
            (self.mb_at_most, f"≤ {number(self.mb_at_most)} MB"),
        ]
        return ", ".join(words for asked, words in parts if asked) or "–"


@dataclass(slots=True)
class Line:
    """One line of the table.

    `value` is a rate or a duration, as `unit` says; `limit` is in the same unit, and the ratio
    tells which share of the limit's speed was reached.
    """

    workload: str
    value: float
    unit: str = PER_SECOND
    times: Times = field(default_factory=Times)
    errors: int = 0
    limit: float = 0.0
    limit_name: str = ""
    target: Target = field(default_factory=Target)
    megabytes: float = 0.0
    notes: list[str] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """The share of the limit's speed."""
        if not self.limit or not self.value:
            return 0.0
        return self.value / self.limit if self.unit == PER_SECOND else self.limit / self.value

    @property
    def is_met(self) -> bool:
        """Whether everything that was asked for is so."""
        asked = self.target
        return not self.errors and all(
            (
                self.value >= asked.at_least,
                not asked.at_most or self.value <= asked.at_most,
                not asked.p99_at_most or self.times.p99 <= asked.p99_at_most,
                self.ratio >= asked.ratio_at_least,
                not asked.mb_at_most or self.megabytes <= asked.mb_at_most,
            )
        )

    def cells(self) -> tuple[str, ...]:
        """Return the line as texts, in the order of HEAD."""
        times = self.times
        shown = [number(value) if times.most else "" for value in (times.p50, times.p95, times.p99)]
        asked = self.target.text(self.unit)
        return (
            self.workload,
            number(self.value) + _joined(self.unit),
            *shown,
            number(self.errors),
            f"{number(self.limit)}{_joined(self.unit)} {self.limit_name}" if self.limit else "",
            f"{self.ratio:.2f}" if self.limit else "",
            asked if asked == "–" else f"{asked} {'✓' if self.is_met else '✗'}",
        )

    def values(self) -> dict[str, Any]:
        """Return the line as plain values for JSON."""
        return {**asdict(self), "ratio": round(self.ratio, 4), "is_met": self.is_met}


def line_of(workload: str, run: Run, **more: Any) -> Line:
    """Return the line of a run of the load generator, with its own share told in a note."""
    connections = f"{run.connections} connections" if run.connections > 1 else "1 connection"
    line = Line(
        workload=f"{workload}, {connections}",
        value=run.rate,
        times=run.times,
        errors=run.errors,
        **more,
    )
    share = run.cpu_seconds / run.seconds if run.seconds else 0.0
    line.notes.append(
        f"{run.requests:,} answers in {run.seconds:.1f} s; the generator used "
        f"{run.cpu_micros:.0f} µs of CPU for each, {share:.0%} of a core"
    )
    if run.requests and run.spent:
        each = [f"{who} {number(cpu * 1000 / run.requests)}" for who, cpu in run.spent.items()]
        line.notes.append(f"CPU for each answer in ms: {', '.join(each)}")
    line.notes += [f"wrong: {count} × {why}" for why, count in run.wrong.items()]
    if not run.is_whole:
        line.errors += 1
        line.notes.append("the deadline came before the end of the plan")
    return line


def number(value: float) -> str:
    """Return a number with as many digits as it means."""
    if value == int(value) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def _joined(unit: str) -> str:
    return unit if unit == PER_SECOND else f" {unit}"


def text(lines: Sequence[Line]) -> str:
    """Return the table for a terminal, with the notes below it."""
    rows = [HEAD, *(line.cells() for line in lines)]
    widths = [max(_width(row[place]) for row in rows) for place in range(len(HEAD))]
    drawn = ["  ".join(_padded(cell, widths, at) for at, cell in enumerate(row)) for row in rows]
    drawn.insert(1, "  ".join("─" * width for width in widths))
    notes = [f"  {line.workload}: {note}" for line in lines for note in line.notes]
    return "\n".join([*(row.rstrip() for row in drawn), "", *notes])


def _padded(cell: str, widths: Sequence[int], at: int) -> str:
    space = " " * (widths[at] - _width(cell))
    return space + cell if 2 <= at <= 5 else cell + space


def _width(cell: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in cell)


def markdown(lines: Iterable[Line], *, heading: str) -> str:
    """Return the table for the document, with the notes below it."""
    lines = list(lines)
    rows = [HEAD, tuple("---" for _ in HEAD), *(line.cells() for line in lines)]
    drawn = [f"| {' | '.join(cell.replace('|', '/') for cell in row)} |" for row in rows]
    notes = [f"- {line.workload}: {'; '.join(line.notes)}" for line in lines if line.notes]
    return "\n".join([heading, "", *drawn, "", *notes])


def replaced(document: str, name: str, content: str) -> str:
    """Return the document with new content between its two markers of this name.

    :raises ValueError: when it has no such markers.
    """
    start, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    between = re.compile(f"{re.escape(start)}.*?{re.escape(end)}", re.DOTALL)
    if not between.search(document):
        raise ValueError(f"the document has no markers {start} … {end}")
    return between.sub(lambda _: f"{start}\n{content}\n{end}", document, count=1)
