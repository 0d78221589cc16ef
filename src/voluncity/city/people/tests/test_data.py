import json
import re
from collections import Counter
from pathlib import Path

ROWS: list[dict[str, str]] = json.loads(
    (Path(__file__).parents[1] / "data" / "skills.json").read_text(encoding="utf-8")
)


def test_every_skill_stands_once() -> None:
    assert {tuple(row) for row in ROWS} == {("key", "name", "group")}
    assert len({row["key"] for row in ROWS}) == len({row["name"] for row in ROWS}) == len(ROWS)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", row["key"]) for row in ROWS)


def test_skills_of_a_group_stand_together() -> None:
    groups = Counter(row["group"] for row in ROWS)
    assert groups == {"医疗健康": 4, "教育文化": 6, "专业服务": 7, "生活服务": 7, "应急运动": 4}
    assert [row["group"] for row in ROWS] == list(groups.elements())
