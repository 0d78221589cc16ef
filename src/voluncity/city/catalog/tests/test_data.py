import json
import re
from collections import Counter
from importlib.resources import files
from pathlib import Path
from zipfile import ZipFile

DATA = Path(__file__).parents[1] / "data"
SKILLS: list[dict[str, str]] = json.loads((DATA / "skills.json").read_text(encoding="utf-8"))
CATEGORIES: list[dict[str, str]] = json.loads(
    (DATA / "categories.json").read_text(encoding="utf-8")
)


def test_every_skill_stands_once() -> None:
    assert {tuple(row) for row in SKILLS} == {("key", "name", "group")}
    assert (
        len({row["key"] for row in SKILLS}) == len({row["name"] for row in SKILLS}) == len(SKILLS)
    )
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", row["key"]) for row in SKILLS)


def test_skills_of_a_group_stand_together() -> None:
    groups = Counter(row["group"] for row in SKILLS)
    assert groups == {"医疗健康": 4, "教育文化": 6, "专业服务": 7, "生活服务": 7, "应急运动": 4}
    assert [row["group"] for row in SKILLS] == list(groups.elements())


def test_every_category_stands_once() -> None:
    assert {tuple(row) for row in CATEGORIES} == {("key", "name", "icon")}
    for field in ("key", "name", "icon"):
        assert len({row[field] for row in CATEGORIES}) == len(CATEGORIES) == 14
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", row["key"]) for row in CATEGORIES)


def test_every_icon_of_a_category_exists() -> None:
    with files("lucide").joinpath("lucide.zip").open("rb") as stream, ZipFile(stream) as icons:
        names = set(icons.namelist())
    assert [row["icon"] for row in CATEGORIES if f"{row['icon']}.svg" not in names] == []
