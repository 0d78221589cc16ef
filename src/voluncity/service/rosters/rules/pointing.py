"""A schematic map of a plan's posts, on which a post's point can be set (as stations are drawn).

The numbers that lead from a place on the sheet to degrees go with it, so the page can do it alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from voluncity.city.stations.rules.mapping import (
    HEIGHT,
    WIDTH,
    Frame,
    Place,
    scale,
    scale_words,
)

ROOM = 0.003  # degrees beside the outermost post: new ones may lie a little outside


@dataclass(frozen=True)
class Dot:
    """One post on the sheet."""

    name: str
    x: int
    y: int
    is_own: bool = False


@dataclass(frozen=True)
class Sheet:
    """The posts, and how to read a point off the sheet."""

    dots: tuple[Dot, ...]
    mid_lat: float
    mid_lng: float
    per_degree: float
    squeeze: float
    scale_px: int
    scale_text: str
    width: int = WIDTH
    height: int = HEIGHT


def sheet(places: Iterable[Place], *, middle: Place | None, own: int = 0) -> Sheet | None:
    """Return the map; around `middle` where no post has a point, None where nothing is known."""
    known = list(places)
    around = known or ([middle] if middle else [])
    if not around:
        return None
    frame = Frame([*around, *_corners(around)])
    meters, pixels = scale(frame.pixels_per_meter())
    return Sheet(
        dots=tuple(_dot(place, frame, own) for place in known),
        mid_lat=frame.mid_lat, mid_lng=frame.mid_lng, per_degree=frame.per_degree,
        squeeze=frame.squeeze, scale_px=pixels, scale_text=scale_words(meters),
    )  # fmt: skip


def _corners(places: Sequence[Place]) -> list[Place]:
    lats, lngs = [one.lat for one in places], [one.lng for one in places]
    return [
        Place(0, "", min(lats) - ROOM, min(lngs) - ROOM),
        Place(0, "", max(lats) + ROOM, max(lngs) + ROOM),
    ]


def _dot(place: Place, frame: Frame, own: int) -> Dot:
    x, y = frame.at(place.lat, place.lng)
    return Dot(place.name, round(x), round(y), place.pk == own)
