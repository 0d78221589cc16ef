"""Read posts from a table file as offices have them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from voluncity.city.people.queries.tables import sheets
from voluncity.kernel.refusals import BadInput
from voluncity.kernel.text import half_width_digits
from voluncity.service.rosters.actions.plans import MOST_POSTS, PostFacts, checked_post

_COLUMNS = {
    "name": ("岗位名称", "岗位", "路口", "路口名称", "名称", "点位", "点位名称"),
    "address": ("地址", "位置", "站位", "详细地址"),
    "lat": ("纬度", "lat", "latitude"),
    "lng": ("经度", "lng", "lon", "longitude"),
    "places": ("人数", "每班人数", "名额", "需要人数"),
}
_LOOKED_AT = 10


def read_posts(name: str, content: bytes) -> list[PostFacts]:
    """Return the posts of a list.

    :raises BadInput: at `file`, when it is no list of posts, or a row is wrong: with its number.
    """
    for records in sheets(name, content):
        rows = enumerate(records, start=1)
        columns = _header(rows)
        if columns:
            return _posts(rows, columns)
    raise _wrong("没有找到“岗位名称”这一列，请在第一行写上列名。")


def _header(rows: Iterator[tuple[int, list[str]]]) -> dict[str, int]:
    for number, record in rows:
        titles = [cell.strip().lower() for cell in record]
        found = {
            key: titles.index(title)
            for key, names in _COLUMNS.items()
            for title in names
            if title in titles
        }
        if "name" in found:
            return found
        if number >= _LOOKED_AT:
            break
    return {}


def _posts(rows: Iterator[tuple[int, list[str]]], columns: dict[str, int]) -> list[PostFacts]:
    found: list[PostFacts] = []
    for number, record in rows:
        if not any(cell.strip() for cell in record):
            continue
        if len(found) == MOST_POSTS:
            raise _wrong(f"一次最多导入 {MOST_POSTS} 个岗位，请分成几个方案。")
        try:
            found.append(checked_post(_post(record, columns)))
        except BadInput as refusal:
            raise _wrong(f"第 {number} 行：{refusal.sentence}") from refusal
    if not found:
        raise _wrong("清单里没有岗位，请核对后重新选择。")
    return found


def _post(record: Sequence[str], columns: dict[str, int]) -> PostFacts:
    def cell(key: str) -> str:
        place = columns.get(key)
        return record[place].strip() if place is not None and place < len(record) else ""

    return PostFacts(
        name=cell("name"),
        address=cell("address"),
        lat=_degrees(cell("lat"), "纬度"),
        lng=_degrees(cell("lng"), "经度"),
        places=_places(cell("places")),
    )


def _degrees(text: str, label: str) -> float | None:
    if not text:
        return None
    try:
        return float(half_width_digits(text))
    except ValueError:
        raise BadInput(f"{label}“{text[:20]}”不是数字，请改正。") from None


def _places(text: str) -> int:
    digits = half_width_digits(text).removesuffix("人").removesuffix(".0")
    if not digits:
        return 1
    if not digits.isascii() or not digits.isdecimal() or len(digits) > 4:  # noqa: PLR2004
        raise BadInput(f"人数“{text[:20]}”不是整数，请改正。")
    return int(digits)


def _wrong(sentence: str) -> BadInput:
    return BadInput(sentence, code="rosters.list", field="file")
