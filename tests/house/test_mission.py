"""The page of the mission is drawn from the tests."""

from __future__ import annotations

import json
import re
from collections import defaultdict

from house import mission
from house.mission import Section

SECTIONS: list[Section] = [
    {
        "id": "C",
        "zh": "服务",
        "en": "Service",
        "rows": [
            {"id": "C3", "zh": "报名", "en": "Sign up"},
            {"id": "C4", "zh": "岗位排班", "en": "Duty rosters"},
        ],
    }
]
TEST = "tests/journeys/test_loop.py::test_a_full_shift_takes_nobody"


def test_the_page_lists_each_row_with_its_tests_as_sentences() -> None:
    page = mission.page(SECTIONS, defaultdict(list, {"C3": [TEST]}))

    assert page == (
        mission.HEAD
        + "\n## C. 服务 – Service\n\n"
        + "### C3 报名 – Sign up\n\n"
        + "- a full shift takes nobody (`tests/journeys/test_loop.py`)\n\n"
        + "### C4 岗位排班 – Duty rosters\n\n"
        + "No test yet.\n"
    )


def test_every_row_has_its_own_number_in_order() -> None:
    sections = json.loads(mission.ROWS.read_text(encoding="utf-8"))
    numbers = [row["id"] for section in sections for row in section["rows"]]
    expected = [
        f"{section['id']}{index}"
        for section in sections
        for index, _ in enumerate(section["rows"], start=1)
    ]
    assert numbers == expected
    assert len(numbers) == 66
    assert all(re.fullmatch("[A-K]", section["id"]) for section in sections)


def test_the_verdict_is_the_worst_result_of_all_parameters_per_database() -> None:
    def results(sqlite: str, postgres: str) -> dict[str, dict[str, str]]:
        return {"sqlite": {"outcome": sqlite}, "postgres": {"outcome": postgres}}

    known = {
        f"{TEST}[1]": {"results": results("passed", "passed")},
        f"{TEST}[2]": {"results": results("failed", "passed")},
        "tests/other.py::test_else": {"results": results("failed", "failed")},
    }
    assert mission.verdict(known, TEST) == "postgres passed, sqlite failed"
    assert mission.verdict({}, TEST) == "has not run here"
