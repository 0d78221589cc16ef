import json
from pathlib import Path
from typing import Any

SLICE = Path(__file__).parents[1]


def _rows(path: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return rows


LINES = _rows(SLICE / "data" / "lines.json")
LEAD_UNITS = _rows(SLICE.parents[1] / "city" / "orgs" / "data" / "lead_units.json")


def test_the_notice_has_26_lines() -> None:
    assert {tuple(line) for line in LINES} == {("no", "name", "lead_units")}
    assert [line["no"] for line in LINES] == list(range(1, 27))
    assert len({line["name"] for line in LINES}) == 26


def test_every_lead_unit_answers_for_exactly_one_line() -> None:
    keys = [key for line in LINES for key in line["lead_units"]]
    assert keys == [unit["key"] for unit in LEAD_UNITS]


def test_lines_are_led_as_the_notice_says() -> None:
    names = {unit["key"]: unit["name"] for unit in LEAD_UNITS}
    led = {line["no"]: [names[key] for key in line["lead_units"]] for line in LINES}
    assert led[1] == ["市委组织部"]
    assert led[3] == ["市老龄办", "市老干局"]
    assert led[12] == ["市文化局", "市文联"]
    assert led[16] == ["市文物局", "市园林局"]
    assert led[26] == ["太原火车站", "太原南站", "武宿机场"]
