"""The columns of a list, in the words that people write above them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from voluncity.kernel import text
from voluncity.kernel.refusals import BadInput

MOST_COLUMNS = 200
# A title or a note may stand above the header.
HEADER_WITHIN = 5
NOTE = "填写说明"


@dataclass(frozen=True)
class Column:
    """One column: how the code and how people call it, and what belongs into it."""

    key: str
    title: str
    note: str
    also: tuple[str, ...] = ()
    is_needed: bool = False


COLUMNS = (
    Column("name", "姓名", "必填，与证件上一致", is_needed=True),
    Column("id_type", "证件类型", "不填就是居民身份证；也可填护照等证件的全称", ("证件种类",)),
    Column(
        "id_number",
        "证件号码",
        "必填；单元格先设为“文本”格式再填写",
        ("身份证号", "身份证号码", "证件号", "公民身份号码"),
        is_needed=True,
    ),
    Column("born_on", "出生日期", "证件不是居民身份证时必填，如 1990-05-01", ("生日",)),
    Column("sex", "性别", "证件不是居民身份证时必填，男或女"),
    Column("phone", "手机号", "没有可以不填", ("手机", "手机号码", "联系电话", "电话", "联系方式")),
    Column(
        "region",
        "所在社区",
        "必填；12 位区划代码，或全称，如太原市迎泽区柳巷街道柳巷社区",
        ("所在区划", "居住社区", "居住区域", "所在社区（村）", "居住的社区（村）", "区划"),
        is_needed=True,
    ),
    Column("is_party_member", "是否党员", "是或否", ("党员", "政治面貌")),
    Column("skills", "服务专长", "可填几项，用顿号隔开，如急救、手语", ("专长", "专业技能")),
    Column(
        "intentions", "服务意向", "可填几项，用顿号隔开，如邻里守望、文明交通", ("服务类别", "意向")
    ),
    Column("free_times", "空闲时间", "可填几项，用顿号隔开，如周六上午、周日下午"),
    Column("channel", "招募渠道", "不填就是表格登记；也可填组织招募、社会招募等", ("来源",)),
    Column("registered_on", "登记日期", "不填就是导入的那一天，如 2025-03-05", ("注册日期",)),
    Column(
        "agreed",
        "本人同意",
        "必填“是”：本人（未成年人和监护人）已在纸质登记表上签字同意",
        ("本人已同意", "是否同意", "本人已签字同意"),
        is_needed=True,
    ),
    Column("guardian_name", "监护人姓名", "未满 18 周岁必填"),
    Column("guardian_relation", "监护人关系", "未满 18 周岁必填：父亲、母亲、祖父母、其他监护人"),
    Column("guardian_phone", "监护人手机号", "未满 18 周岁必填", ("监护人手机", "监护人电话")),
)
KEYS = tuple(column.key for column in COLUMNS)
TITLES = {column.key: column.title for column in COLUMNS}
_KEY_OF = {word: column.key for column in COLUMNS for word in (column.title, *column.also)}
# People mark what must be filled in: "*姓名", "姓名（必填）".
_MARKS = re.compile(r"[*＊\s:：]|[（(](?:必填|选填)[）)]")


@dataclass(frozen=True)
class Header:
    """Where each column stands (-1: nowhere), and what stands there unknown."""

    places: tuple[int, ...]
    unknown: tuple[str, ...]
    row: int


def find_header(records: Iterator[Sequence[str]]) -> Header:
    """Read up to the header and return it; a title may stand above it.

    :raises BadInput: when there is none, a needed column is missing or one stands there twice.
    """
    for row, cells in enumerate(islice(records, HEADER_WITHIN), start=1):
        if {"name", "id_number"} & {_key(cell) for cell in cells}:
            return _header(cells, row)
    raise BadInput(
        f"前 {HEADER_WITHIN} 行里没有找到表头（姓名、证件号码等）。请对照模板整理，"
        "模板用 --template 生成。",
        code="people.list_column",
    )


def _header(cells: Sequence[str], row: int) -> Header:
    if len(cells) > MOST_COLUMNS:
        raise BadInput(f"表头超过 {MOST_COLUMNS} 列，请删去多余的列再导入。")
    keys = [_key(cell) for cell in cells]
    for column in COLUMNS:
        if column.is_needed and column.key not in keys:
            raise BadInput(
                f"表头里没有“{column.title}”这一列，请对照模板补上。模板用 --template 生成。",
                code="people.list_column",
            )
        if keys.count(column.key) > 1:
            raise BadInput(
                f"表头里有两列都是“{column.title}”，请删去一列再导入。", code="people.list_column"
            )
    unknown = [
        text.clean(cell) for cell, key in zip(cells, keys, strict=True) if not key and cell.strip()
    ]
    places = tuple(keys.index(key) if key in keys else -1 for key in KEYS)
    return Header(places, tuple(unknown), row)


def _key(cell: str) -> str:
    return _KEY_OF.get(_MARKS.sub("", text.clean(cell)), "")
