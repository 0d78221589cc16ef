import json
from datetime import date
from pathlib import Path
from typing import Any

ROWS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "data" / "regions.json").read_text(encoding="utf-8")
)
BY_CODE = {row["code"]: row for row in ROWS}
LEVELS = ["PROVINCE", "CITY", "COUNTY", "TOWN", "COMMUNITY"]
PREFIXES = {"PROVINCE": 2, "CITY": 4, "COUNTY": 6, "TOWN": 9, "COMMUNITY": 12}


def _counties(city: str) -> list[str]:
    return [row["code"][:6] for row in ROWS if row["parent"] == city.ljust(12, "0")]


def test_every_code_stands_once_and_in_order() -> None:
    codes = [row["code"] for row in ROWS]
    assert codes == sorted(set(codes))


def test_every_row_has_the_same_fields() -> None:
    fields = ["code", "name", "level", "parent", "valid_from", "valid_to", "lat", "lng"]
    assert {tuple(row) for row in ROWS} == {(*fields, "outside_gb")}


def test_code_tells_level_and_parent() -> None:
    for row in ROWS:
        prefix = PREFIXES[row["level"]]
        assert row["code"] == row["code"][:prefix].ljust(12, "0")
        if row["level"] == "PROVINCE":
            assert row["parent"] is None
        else:
            above = LEVELS[LEVELS.index(row["level"]) - 1]
            parent = BY_CODE[row["parent"]]
            assert parent["level"] == above
            assert parent["code"][: PREFIXES[above]] == row["code"][: PREFIXES[above]]


def test_no_two_neighbors_have_the_same_name() -> None:
    names = [(row["parent"], row["name"]) for row in ROWS]
    assert len(set(names)) == len(names)


def test_no_region_is_older_than_its_parent() -> None:
    for row in ROWS:
        valid_from = date.fromisoformat(row["valid_from"])
        assert row["valid_to"] is None
        if row["parent"]:
            assert valid_from >= date.fromisoformat(BY_CODE[row["parent"]]["valid_from"])


def test_every_region_lies_near_its_parent() -> None:
    for row in ROWS:
        if row["level"] not in {"PROVINCE", "CITY"}:
            parent = BY_CODE[row["parent"]]
            near = {"COUNTY": 2.5, "TOWN": 0.1, "COMMUNITY": 0.01}[row["level"]]
            assert abs(row["lat"] - parent["lat"]) < near
            assert abs(row["lng"] - parent["lng"]) < near


def test_the_three_cities_are_complete_to_county_level() -> None:
    assert _counties("1401") == [
        "140105", "140106", "140107", "140108", "140109", "140110",
        "140121", "140122", "140123", "140181",
    ]  # fmt: skip
    assert _counties("4109") == [
        "410902", "410922", "410923", "410926", "410927", "410928", "410971", "410972",
    ]  # fmt: skip
    assert _counties("1506") == [
        "150602", "150603", "150621", "150622", "150623", "150624", "150625", "150626", "150627",
    ]  # fmt: skip


def test_functional_zones_are_marked() -> None:
    outside = [(row["code"][:6], row["name"]) for row in ROWS if row["outside_gb"]]
    assert outside == [("410971", "河南濮阳工业园区"), ("410972", "濮阳经济技术开发区")]


def test_every_urban_district_of_taiyuan_has_streets_and_communities() -> None:
    for district in range(140105, 140111):
        streets = [row for row in ROWS if row["parent"] == str(district).ljust(12, "0")]
        assert len(streets) == 3
        for street in streets:
            assert sum(row["parent"] == street["code"] for row in ROWS) in {2, 3}
