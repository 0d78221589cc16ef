import json
import re
from pathlib import Path

ROWS: list[dict[str, str]] = json.loads(
    (Path(__file__).parents[1] / "data" / "lead_units.json").read_text(encoding="utf-8")
)


def test_every_lead_unit_of_the_notice_stands_once() -> None:
    # Twenty-two lines with one unit, three with two, one with three.
    assert len(ROWS) == 22 + 3 * 2 + 3
    assert len({row["key"] for row in ROWS}) == len({row["name"] for row in ROWS}) == len(ROWS)


def test_keys_can_stand_in_an_address() -> None:
    assert {tuple(row) for row in ROWS} == {("key", "name")}
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", row["key"]) for row in ROWS)
