"""A schematic map: points of the city on a sheet of paper, near ones in one mark.

No outside tiles, no outlines: north is up, distances are true within a city.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from voluncity.kernel.geo import Box, distance_m

WIDTH, HEIGHT, PAD = 400, 340, 28
NEAR = 44.0  # marks are fingers' targets of 44 px: nearer ones become one
LEAST_SPAN = 0.004  # degrees: a single place is not drawn as if it were a continent
_SCALES = (100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000)
_SCALE_MOST = 90.0
_BOX_NUMBERS = 4
# A county's name is so wide and high, and stands so far below or above the middle of its stations.
LETTERS, LINE = 22, 24
ASIDE = (4, 32, -28, 56, -52, 80, -76)


class Place(NamedTuple):
    """A station on the ground."""

    pk: int
    name: str
    lat: float
    lng: float
    is_open: bool = False
    group: str = ""


@dataclass(frozen=True)
class Mark:
    """One mark on the map: a station, or several that lie too near to tell apart."""

    x: int
    y: int
    places: tuple[Place, ...]
    box: str = ""

    @property
    def count(self) -> int:
        """Return how many stations it stands for."""
        return len(self.places)

    @property
    def open_count(self) -> int:
        """Return how many of them are open now."""
        return sum(place.is_open for place in self.places)

    @property
    def radius(self) -> int:
        """Return how large it is drawn."""
        return 7 if self.count == 1 else min(19, 11 + int(math.log2(self.count)))


@dataclass(frozen=True)
class Label:
    """The name of a county where most of its stations lie."""

    x: int
    y: int
    text: str


@dataclass(frozen=True)
class Sheet:
    """Everything to be drawn."""

    marks: tuple[Mark, ...]
    labels: tuple[Label, ...]
    scale_px: int
    scale_text: str
    width: int = WIDTH
    height: int = HEIGHT


class Frame:
    """Degrees to pixels, so that all places fit on the sheet."""

    def __init__(self, places: Sequence[Place]) -> None:
        lats, lngs = [p.lat for p in places], [p.lng for p in places]
        self.mid_lat = (min(lats) + max(lats)) / 2
        self.mid_lng = (min(lngs) + max(lngs)) / 2
        self.squeeze = math.cos(math.radians(self.mid_lat))
        tall = max(max(lats) - min(lats), LEAST_SPAN)
        wide = max((max(lngs) - min(lngs)) * self.squeeze, LEAST_SPAN)
        self.per_degree = min((WIDTH - 2 * PAD) / wide, (HEIGHT - 2 * PAD) / tall)

    def at(self, lat: float, lng: float) -> tuple[float, float]:
        """Return where a point lies on the sheet."""
        return (
            WIDTH / 2 + (lng - self.mid_lng) * self.squeeze * self.per_degree,
            HEIGHT / 2 - (lat - self.mid_lat) * self.per_degree,
        )

    def pixels_per_meter(self) -> float:
        """Return the scale."""
        return self.per_degree / max(1, distance_m(self.mid_lat, 0.0, self.mid_lat + 1, 0.0))


def draw(places: Iterable[Place], *, with_labels: bool) -> Sheet | None:
    """Return the map of some places; None when there is none to draw."""
    listed = sorted(places, key=lambda place: (place.lat, place.lng, place.pk))
    if not listed:
        return None
    frame = Frame(listed)
    marks = [_mark(group, frame) for group in _grouped(listed, frame)]
    meters, pixels = scale(frame.pixels_per_meter())
    words = scale_words(meters)
    labels = _labels(listed, frame, marks) if with_labels else ()
    return Sheet(tuple(marks), labels, pixels, words)


def _grouped(places: Sequence[Place], frame: Frame) -> list[list[Place]]:
    """Put together what lies too near, until no two groups do."""
    groups = [[place] for place in places]
    while True:
        merged: list[list[Place]] = []
        centers: list[tuple[float, float]] = []
        for group in groups:
            x, y = _center(group, frame)
            near = (n for n, (cx, cy) in enumerate(centers) if math.hypot(cx - x, cy - y) < NEAR)
            found = next(near, None)
            if found is None:
                merged.append(list(group))
                centers.append((x, y))
            else:
                merged[found] += group
                centers[found] = _center(merged[found], frame)
        if len(merged) == len(groups):
            return merged
        groups = merged


def _center(group: Sequence[Place], frame: Frame) -> tuple[float, float]:
    lat = sum(place.lat for place in group) / len(group)
    lng = sum(place.lng for place in group) / len(group)
    return frame.at(lat, lng)


def _mark(group: Sequence[Place], frame: Frame) -> Mark:
    x, y = _center(group, frame)
    box = box_text(group) if len(group) > 1 else ""
    return Mark(round(x), round(y), tuple(group), box)


def _labels(places: Sequence[Place], frame: Frame, marks: Sequence[Mark]) -> tuple[Label, ...]:
    """Write each county's name in the middle of its stations, where no mark covers it."""
    groups: dict[str, list[Place]] = {}
    for place in places:
        groups.setdefault(place.group, []).append(place)
    named = ((name, _center(group, frame)) for name, group in groups.items() if name)
    return tuple(_label(name, x, y, marks) for name, (x, y) in named)


def _label(name: str, x: float, y: float, marks: Sequence[Mark]) -> Label:
    across = min(max(x, PAD + LETTERS), WIDTH - PAD - LETTERS)
    free = (
        y + by
        for by in ASIDE
        if PAD / 2 < y + by < HEIGHT - PAD / 2
        and not any(
            abs(mark.x - across) < LETTERS + mark.radius and abs(mark.y - y - by) < LINE
            for mark in marks
        )
    )
    return Label(round(across), round(next(free, y + ASIDE[0])), name)


def scale(pixels_per_meter: float) -> tuple[int, int]:
    """Return a round number of meters, and how many pixels it is."""
    fitting = [m for m in _SCALES if m * pixels_per_meter <= _SCALE_MOST] or [_SCALES[0]]
    return fitting[-1], round(fitting[-1] * pixels_per_meter)


def scale_words(meters: int) -> str:
    """Return a distance as the scale names it."""
    return f"{meters // 1000} 公里" if meters >= 1000 else f"{meters} 米"  # noqa: PLR2004


def box_text(places: Iterable[Place]) -> str:
    """Return the rectangle around some places as it stands in an address."""
    listed = list(places)
    lats, lngs = [p.lat for p in listed], [p.lng for p in listed]
    small = 0.00001
    box = (min(lats) - small, min(lngs) - small, max(lats) + small, max(lngs) + small)
    return ",".join(f"{number:.5f}" for number in box)


def parse_box(text: str) -> Box | None:
    """Return the rectangle in an address; None for anything that is none."""
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        return None
    if len(numbers) != _BOX_NUMBERS or not all(map(math.isfinite, numbers)):
        return None
    box = Box(*numbers)
    return box if box.south <= box.north and box.west <= box.east else None
