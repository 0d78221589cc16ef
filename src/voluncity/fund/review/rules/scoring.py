"""Sums of scores in hundredths of a point; nothing is ever a fraction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from voluncity.fund.review.rules.criteria import Criterion

HUNDREDTHS = 100
_ENOUGH_FOR_OUTLIER = 3  # of two nobody knows which one lies outside


def total(criteria: Sequence[Criterion], points: Mapping[str, int]) -> int:
    """Return points of 0 to 100 by their weights in percent, in hundredths: 10,000 at most.

    :raises KeyError: when a criterion has no points.
    """
    return sum(one.weight * points[one.key] for one in criteria)


def average(totals: Sequence[int]) -> int | None:
    """Return the mean in hundredths, half a hundredth upward; none without scores."""
    if not totals:
        return None
    count = len(totals)
    return (2 * sum(totals) + count) // (2 * count)


def points_text(hundredths: int | None) -> str:
    """Return points as people read them: 86.50; a dash without any."""
    if hundredths is None:
        return "—"
    return f"{hundredths // HUNDREDTHS}.{hundredths % HUNDREDTHS:02d}"


def outliers(totals: Sequence[int], *, limit: int) -> list[bool]:
    """Say which scores lie `limit` hundredths or more away from the mean of the others."""
    if len(totals) < _ENOUGH_FOR_OUTLIER:
        return [False] * len(totals)
    others, whole = len(totals) - 1, sum(totals)
    # |one - (whole - one) / others| >= limit, in whole numbers
    return [abs(one * others - (whole - one)) >= limit * others for one in totals]


@dataclass(frozen=True)
class Ranked:
    """Where an application stands among all; `place` is none while nobody has scored it."""

    application_id: int
    place: int | None
    average: int | None
    totals: tuple[int, ...]
    is_tied: bool
    outliers: tuple[bool, ...]

    @property
    def spread(self) -> int | None:
        """Return the highest score less the lowest, in hundredths."""
        return max(self.totals) - min(self.totals) if self.totals else None

    @property
    def average_text(self) -> str:
        """Return the mean as people read it."""
        return points_text(self.average)

    @property
    def spread_text(self) -> str:
        """Return the spread as people read it."""
        return points_text(self.spread)

    @property
    def has_outlier(self) -> bool:
        """Return whether one score lies far from the others."""
        return any(self.outliers)


def ranking(scored: Iterable[tuple[int, Sequence[int]]], *, limit: int) -> list[Ranked]:
    """Return (application, totals) by their means, the best first; equal means share a place.

    Those without a score come last and have no place.
    """
    rows = [(pk, tuple(totals), average(totals)) for pk, totals in scored]
    means = sorted((mean for _, _, mean in rows if mean is not None), reverse=True)
    ranked = [
        Ranked(
            application_id=pk,
            place=means.index(mean) + 1 if mean is not None else None,
            average=mean,
            totals=totals,
            is_tied=mean is not None and means.count(mean) > 1,
            outliers=tuple(outliers(totals, limit=limit)),
        )
        for pk, totals, mean in rows
    ]
    return sorted(ranked, key=lambda one: (one.place is None, one.place or 0, one.application_id))
