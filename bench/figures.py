"""What a run came to: rates and the times that shares of the requests kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Times:
    """How long the requests took, in milliseconds."""

    mean: float = 0.0
    p50: float = 0.0
    p95: float = 0.0
    p99: float = 0.0
    most: float = 0.0

    @classmethod
    def of(cls, nanoseconds: Sequence[int]) -> Self:
        """Summarize measured times."""
        if not nanoseconds:
            return cls()
        ranked = sorted(nanoseconds)
        mean = sum(ranked) / len(ranked)
        shares = [rank(ranked, share) for share in (50, 95, 99, 100)]
        return cls(*(round(value / 1e6, 3) for value in (mean, *shares)))


def rank(ranked: Sequence[int], share: int) -> int:
    """Return the smallest value that `share` percent of the sorted values do not exceed."""
    return ranked[max(0, -(-len(ranked) * share // 100) - 1)]


@dataclass(slots=True)
class Run:
    """What a run of the load generator came to; its own work is told apart."""

    requests: int = 0
    seconds: float = 0.0
    connections: int = 0
    times: Times = field(default_factory=Times)
    statuses: dict[str, int] = field(default_factory=dict)
    labels: dict[str, Times] = field(default_factory=dict)
    wrong: dict[str, int] = field(default_factory=dict)
    received_bytes: int = 0
    reconnects: int = 0
    cpu_seconds: float = 0.0
    spent: dict[str, float] = field(default_factory=dict)  # CPU seconds of everybody else
    is_whole: bool = True  # False: the deadline came before the end of the plan

    @property
    def rate(self) -> float:
        """Answers per second."""
        return self.requests / self.seconds if self.seconds else 0.0

    @property
    def errors(self) -> int:
        """How many answers were wrong, late or missing."""
        return sum(self.wrong.values())

    @property
    def cpu_micros(self) -> float:
        """Microseconds of processor time that the generator spent on a request."""
        return self.cpu_seconds * 1e6 / self.requests if self.requests else 0.0

    def values(self) -> dict[str, Any]:
        """Return the run as plain values for JSON."""
        more = {
            "rate": round(self.rate, 1),
            "errors": self.errors,
            "cpu_micros": round(self.cpu_micros, 1),
            "cpu_share": round(self.cpu_seconds / self.seconds, 3) if self.seconds else 0.0,
        }
        return {**asdict(self), **more}

    @classmethod
    def of(cls, values: dict[str, Any]) -> Self:
        """Read what `values` wrote."""
        derived = {"rate", "errors", "cpu_micros", "cpu_share"}
        kept = {name: value for name, value in values.items() if name not in derived}
        kept["times"] = Times(**kept["times"])
        kept["labels"] = {name: Times(**times) for name, times in kept["labels"].items()}
        return cls(**kept)
