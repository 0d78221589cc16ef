"""Distances on the ground, good enough to say what is near."""

from __future__ import annotations

import math
from typing import NamedTuple

_EARTH_RADIUS_M = 6_371_008.8  # mean radius, IUGG
_METERS_PER_DEGREE = math.pi * _EARTH_RADIUS_M / 180


class Box(NamedTuple):
    """A rectangle of degrees."""

    south: float
    west: float
    north: float
    east: float


def distance_m(lat1: float, lng1: float, lat2: float, lng2: float) -> int:
    """Return the distance of two points in meters (haversine)."""
    phi1, phi2 = math.radians(lat1), math.radians(lat2)
    half_lat, half_lng = (phi2 - phi1) / 2, math.radians(lng2 - lng1) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(phi1) * math.cos(phi2) * math.sin(half_lng) ** 2
    # Rounding may push antipodes a hair above 1.
    return round(2 * _EARTH_RADIUS_M * math.asin(math.sqrt(min(1.0, chord))))


def distance_text(meters: int) -> str:
    """Return a distance in words, to 10 meters or to 0.1 kilometers: “800 米”, “1.2 公里”."""
    tens = (meters + 5) // 10
    if tens < 100:  # noqa: PLR2004 -- one kilometer
        return f"{max(1, tens)}0 米"
    whole, tenth = divmod((meters + 50) // 100, 10)
    return f"{whole}.{tenth} 公里" if tenth else f"{whole} 公里"


def bounding_box(lat: float, lng: float, radius_m: int) -> Box:
    """Return a rectangle that holds every point within the radius, for a first coarse filter.

    Not meant for the poles or the date line.
    """
    # One meter more than asked, because distances are rounded to the meter.
    reach = math.radians((radius_m + 1) / _METERS_PER_DEGREE)
    d_lat = math.degrees(reach)
    d_lng = math.degrees(math.asin(min(1.0, math.sin(reach) / math.cos(math.radians(lat)))))
    return Box(south=lat - d_lat, west=lng - d_lng, north=lat + d_lat, east=lng + d_lng)
