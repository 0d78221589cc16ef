"""The schematic map: what lies near is one mark, and every station is in exactly one."""

from __future__ import annotations

import math

import pytest

from voluncity.city.stations.rules.mapping import NEAR, Place, box_text, draw, parse_box
from voluncity.kernel.geo import Box


def _places(number: int) -> list[Place]:
    """Return places on a spiral: dense in the middle, sparse outside."""
    return [
        Place(
            n, f"第{n}站", 37.8 + n / 900 * math.sin(n), 112.5 + n / 900 * math.cos(n), n % 2 == 0
        )
        for n in range(1, number + 1)
    ]


def test_every_station_stands_in_exactly_one_mark_on_the_sheet() -> None:
    sheet = draw(_places(326), with_labels=False)
    assert sheet is not None
    drawn = sorted(place.pk for mark in sheet.marks for place in mark.places)
    assert drawn == list(range(1, 327))
    assert all(0 < mark.x < sheet.width and 0 < mark.y < sheet.height for mark in sheet.marks)


def test_no_two_marks_are_nearer_than_a_finger() -> None:
    sheet = draw(_places(326), with_labels=False)
    assert sheet is not None
    nearest = min(
        math.hypot(one.x - other.x, one.y - other.y)
        for one in sheet.marks
        for other in sheet.marks
        if one is not other
    )
    assert nearest >= NEAR - 2  # positions are rounded to whole pixels


def test_north_is_up_and_east_is_right() -> None:
    sheet = draw([Place(1, "南西", 37.0, 112.0), Place(2, "北东", 38.0, 113.0)], with_labels=False)
    assert sheet is not None
    south, north = sorted(sheet.marks, key=lambda mark: mark.places[0].pk)
    assert (north.y < south.y, north.x > south.x) == (True, True)


def test_a_single_station_and_stations_at_one_place_are_drawn() -> None:
    alone = draw([Place(1, "一", 37.8, 112.5)], with_labels=True)
    same = draw([Place(1, "一", 37.8, 112.5), Place(2, "二", 37.8, 112.5, True)], with_labels=True)
    assert alone is not None
    assert same is not None
    assert [(mark.count, mark.box) for mark in alone.marks] == [(1, "")]
    assert [(mark.count, mark.open_count) for mark in same.marks] == [(2, 1)]
    assert draw([], with_labels=True) is None


def test_the_box_of_a_mark_holds_its_places_when_it_comes_back() -> None:
    places = _places(9)
    box = parse_box(box_text(places))
    assert box is not None
    assert all(box.south <= p.lat <= box.north and box.west <= p.lng <= box.east for p in places)


@pytest.mark.parametrize(
    "text", ["", "1,2,3", "a,b,c,d", "nan,1,2,3", "3,1,2,4", "1,4,2,3", "1e999,1,2,3"]
)
def test_nonsense_is_no_box(text: str) -> None:
    assert parse_box(text) is None


def test_a_box_is_read() -> None:
    assert parse_box("37.1,112.2,37.3,112.4") == Box(37.1, 112.2, 37.3, 112.4)
