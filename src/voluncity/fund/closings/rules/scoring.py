"""From points by criteria to a score, from scores to a level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from voluncity.fund.closings.states import Level

POINTS_MOST = 100


@dataclass(frozen=True)
class Ladder:
    """From how many points on a level is reached, as the city's numbers say on a day."""

    excellent: int
    good: int
    passed: int


def weighted(points: Mapping[int, int], weights: Mapping[int, int]) -> int:
    """Return a score in hundredths of a point: weights in percent sum to 100.

    :raises ValueError: when an item has no points, or there are points for none.
    """
    if points.keys() != weights.keys() or sum(weights.values()) != POINTS_MOST:
        raise ValueError("points and weights differ")
    return sum(points[key] * weights[key] for key in weights)


def mean(scores: Sequence[int]) -> int:
    """Return the mean of scores, halves up; hundredths of a point."""
    return (2 * sum(scores) + len(scores)) // (2 * len(scores))


def level(score: int, ladder: Ladder) -> Level:
    """Return what a score comes to: whoever reaches the number reaches the level."""
    for least, reached in (
        (ladder.excellent, Level.EXCELLENT),
        (ladder.good, Level.GOOD),
        (ladder.passed, Level.PASSED),
    ):
        if score >= least * 100:
            return reached
    return Level.FAILED
