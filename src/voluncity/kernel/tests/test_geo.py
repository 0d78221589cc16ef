import pytest
from hypothesis import given
from hypothesis import strategies as st

from voluncity.kernel.geo import bounding_box, distance_m, distance_text

MAY_FIRST_SQUARE = (37.8706, 112.5624)
JINCI = (37.7086, 112.4345)
latitudes = st.floats(18, 54)
longitudes = st.floats(73, 135)


def test_distance_of_known_places() -> None:
    assert distance_m(*MAY_FIRST_SQUARE, *MAY_FIRST_SQUARE) == 0
    assert distance_m(0, 0, 0, 1) == 111_195
    assert distance_m(0, 0, 0, 180) == 20_015_114
    assert 21_000 < distance_m(*MAY_FIRST_SQUARE, *JINCI) < 21_500


@given(latitudes, longitudes, latitudes, longitudes)
def test_distance_is_the_same_both_ways(lat1: float, lng1: float, lat2: float, lng2: float) -> None:
    assert distance_m(lat1, lng1, lat2, lng2) == distance_m(lat2, lng2, lat1, lng1) >= 0


@pytest.mark.parametrize(
    ("meters", "text"),
    [(0, "10 米"), (14, "10 米"), (800, "800 米"), (847, "850 米"), (994, "990 米"),
     (995, "1 公里"), (1000, "1 公里"), (1249, "1.2 公里"), (1250, "1.3 公里"),
     (12_345, "12.3 公里"), (99_960, "100 公里")],
)  # fmt: skip
def test_distances_are_said_roughly(meters: int, text: str) -> None:
    assert distance_text(meters) == text


@given(latitudes, longitudes, st.floats(-0.5, 0.5), st.floats(-0.5, 0.5), st.integers(1, 50_000))
def test_box_holds_every_point_within_the_radius(
    lat: float, lng: float, d_lat: float, d_lng: float, radius_m: int
) -> None:
    box = bounding_box(lat, lng, radius_m)
    if distance_m(lat, lng, lat + d_lat, lng + d_lng) <= radius_m:
        assert box.south <= lat + d_lat <= box.north
        assert box.west <= lng + d_lng <= box.east


def test_box_is_not_much_larger_than_the_radius() -> None:
    box = bounding_box(*MAY_FIRST_SQUARE, 1000)
    corner = distance_m(*MAY_FIRST_SQUARE, box.north, box.east)
    assert 1414 <= corner <= 1420
