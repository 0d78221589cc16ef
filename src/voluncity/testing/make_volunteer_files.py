"""Lists of fictional volunteers, of any length, always the same for the same seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from voluncity.city.catalog.models import Category, Skill
from voluncity.city.people.lists.columns import KEYS, TITLES
from voluncity.city.people.lists.writing import write_table
from voluncity.city.people.states import Channel
from voluncity.city.regions.models import Level, Region
from voluncity.kernel.identity import id_check_digit

_FAMILY = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_GIVEN = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂华建国红玉梅志文海燕春晓云龙凤"
_FIRST_BIRTH, _BIRTH_DAYS = date(1940, 1, 1), 24_000  # to 2005: all of age
_FIRST_DAY, _DAYS = date(2019, 1, 1), 2_800
_SEQUENCES = 1_000


def write_csv(path: Path, rows: int, seed: int = 1) -> None:
    """Write a list as CSV (UTF-8 with a byte order mark, as Excel does)."""
    write_table(path.with_suffix(".csv"), _records(rows, seed))


def write_xlsx(path: Path, rows: int, seed: int = 1) -> None:
    """Write a list as XLSX."""
    write_table(path.with_suffix(".xlsx"), _records(rows, seed))


def _records(rows: int, seed: int) -> Iterator[list[str]]:
    """Return a header and so many people; no two have one identity number or phone."""
    draw = random.Random(seed)  # noqa: S311 -- fictional people, the same every time
    regions = _region_words()
    skills = list(Skill.objects.values_list("name", flat=True)) or [""]
    categories = list(Category.objects.values_list("name", flat=True)) or [""]
    channels = [str(one.label) for one in Channel]
    days = [f"{_FIRST_DAY + timedelta(days=day):%Y-%m-%d}" for day in range(_DAYS)]
    births = [f"{_FIRST_BIRTH + timedelta(days=day):%Y%m%d}" for day in range(_BIRTH_DAYS)]
    yield [TITLES[key] for key in KEYS]
    offset = seed % 20 * 1_000_000  # two lists of a million share nobody
    for number in range(offset, offset + rows):
        first17 = f"140199{births[number % _BIRTH_DAYS]}{number // _BIRTH_DAYS % _SEQUENCES:03d}"
        name = draw.choice(_FAMILY) + "".join(draw.choices(_GIVEN, k=draw.choice((1, 2, 2))))
        some = draw.random()
        yield [
            name, "", first17 + id_check_digit(first17), "", "",
            f"19{number % 10**9:09d}", draw.choice(regions),
            "是" if some < 0.1 else "",
            draw.choice(skills) if some < 0.2 else "",
            f"{draw.choice(categories)}、{draw.choice(categories)}" if some > 0.9 else "",
            "周六上午" if some > 0.97 else "",
            draw.choice(channels), "", draw.choice(days), "是", "", "", "", "", "",
        ]  # fmt: skip


def _region_words() -> list[str]:
    """Return codes and full names of the communities, as lists hold both."""
    words = []
    for region in Region.objects.filter(level=Level.COMMUNITY).select_related(
        "parent__parent__parent"
    ):
        words.append(region.code)
        town = region.parent
        county = town.parent if town else None
        city = county.parent if county else None
        if town and county and city:
            words.append(f"{city.name}{county.name}{town.name}{region.name}")
    return words
