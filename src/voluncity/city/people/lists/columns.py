"""The columns of a list, in the words that people write above them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from voluncity.city.people.lists.table import MOST_COLUMNS
from voluncity.kernel import text
from voluncity.kernel.refusals import BadInput

# A title or a note may stand above the header.
HEADER_WITHIN = 20
NOTE = "填写说明"


@dataclass(frozen=True)
class Column:
    """One column: how the code and how people call it, and what belongs into it."""

    key: str
    title: str
    note: str
    also: tuple[str, ...] = ()
    is_needed: bool = False
    is_in_template: bool = True


COLUMNS = (
    Column(
        "name",
        "姓名",
        "必填，与证件上一致",
        ("志愿者姓名", "真实姓名", "名字", "人员姓名", "姓名全称"),
        is_needed=True,
    ),
    Column(
        "id_type",
        "证件类型",
        "不填就是居民身份证；也可填护照等证件的全称",
        ("证件种类", "证件名称", "身份证件类型", "证照类型"),
    ),
    Column(
        "id_number",
        "证件号码",
        "必填；单元格先设为“文本”格式再填写",
        (
            "身份证号",
            "身份证号码",
            "证件号",
            "公民身份号码",
            "公民身份证号",
            "公民身份证号码",
            "居民身份证号",
            "居民身份证号码",
            "身份证",
            "身份证件号码",
            "身份证件号",
            "身份号码",
            "有效证件号码",
            "证件编号",
        ),
        is_needed=True,
    ),
    Column(
        "born_on",
        "出生日期",
        "证件不是居民身份证时必填，如 1990-05-01",
        ("生日", "出生年月日", "出生时间"),
    ),
    Column("sex", "性别", "证件不是居民身份证时必填，男或女", ("男女",)),
    Column(
        "phone",
        "手机号",
        "没有可以不填",
        (
            "手机",
            "手机号码",
            "联系电话",
            "电话",
            "联系方式",
            "电话号码",
            "联系手机",
            "移动电话",
            "本人手机",
            "本人电话",
            "联系号码",
            "本人联系电话",
        ),
    ),
    Column(
        "region",
        "所在社区",
        "必填；12 位区划代码，或全称，如太原市迎泽区柳巷街道柳巷社区",
        (
            "所在区划",
            "居住社区",
            "居住区域",
            "居住的社区",
            "区划",
            "社区",
            "村",
            "社区村",
            "村社区",
            "所属社区",
            "所在村社区",
            "所在社区村",
            "区划代码",
            "所属区域",
            "村居",
            "居住地",
            "所在地区",
            "居住社区村",
        ),
        is_needed=True,
    ),
    Column(
        "is_party_member",
        "是否党员",
        "是或否",
        ("党员", "政治面貌", "是否中共党员", "是否为党员", "中共党员"),
    ),
    Column(
        "skills",
        "服务专长",
        "可填几项，用顿号隔开，如急救、手语",
        ("专长", "专业技能", "特长", "技能", "个人特长", "技能特长"),
    ),
    Column(
        "intentions",
        "服务意向",
        "可填几项，用顿号隔开，如邻里守望、文明交通",
        ("服务类别", "意向", "志愿服务意向", "服务项目意向", "意向服务类别"),
    ),
    Column(
        "free_times",
        "空闲时间",
        "可填几项，用顿号隔开，如周六上午、周日下午",
        ("可服务时间", "服务时间", "空余时间"),
    ),
    Column(
        "channel",
        "招募渠道",
        "不填就是表格登记；也可填组织招募、社会招募等",
        ("来源", "渠道", "报名渠道", "招募方式"),
    ),
    Column(
        "organization",
        "招募组织",
        "哪个组织招募的，填组织全称；没有可以不填",
        ("招募单位", "所属组织", "所属队伍", "志愿服务组织", "所属志愿服务组织", "所属团队"),
    ),
    Column(
        "registered_on",
        "登记日期",
        "不填就是导入的那一天，如 2025-03-05",
        ("注册日期", "登记时间", "注册时间", "加入时间", "加入日期", "入队时间", "填表日期"),
    ),
    Column(
        "agreed",
        "本人同意",
        "必填“是”：本人（未成年人和监护人）已在纸质登记表上签字同意",
        ("本人已同意", "是否同意", "本人已签字同意", "是否签字", "本人是否同意", "已签字", "签字"),
        is_needed=True,
    ),
    Column("guardian_name", "监护人姓名", "未满 18 周岁必填", ("监护人", "家长姓名", "家长")),
    Column(
        "guardian_relation",
        "监护人关系",
        "未满 18 周岁必填：父亲、母亲、祖父母、其他监护人",
        ("与监护人关系", "监护关系", "监护人与本人关系"),
    ),
    Column(
        "guardian_phone",
        "监护人手机号",
        "未满 18 周岁必填",
        ("监护人手机", "监护人电话", "监护人手机号码", "监护人联系电话", "家长电话", "家长手机"),
    ),
    # Some lists spread the place over several columns.
    Column(
        "county",
        "县（市、区）",
        "",
        ("县", "区", "县区", "区县", "县市区", "所在县区", "所属县区", "所在区县", "所在县市区"),
        is_in_template=False,
    ),
    Column(
        "town",
        "街道（乡镇）",
        "",
        ("街道", "乡镇", "街道乡镇", "乡镇街道", "镇街", "街镇", "所在街道", "所属街道", "镇办"),
        is_in_template=False,
    ),
)
KEYS = tuple(column.key for column in COLUMNS)
TITLES = {column.key: column.title for column in COLUMNS}
# People mark what must be filled in, number the columns and break long titles: "*姓名",
# "3、姓名（必填）", "所在社区（村）".
_MARKS = re.compile(r"[*＊\s:：/／、，,。“”\"【】\[\]（）()]|^[0-9]+[.．、]")
_ASIDE = re.compile(r"[（(【\[][^（()）】\]]*[）)】\]]")
_KEY_OF = {
    _MARKS.sub("", word): column.key for column in COLUMNS for word in (column.title, *column.also)
}


@dataclass(frozen=True)
class Header:
    """Where each column stands (-1: nowhere), and what stands there unknown."""

    places: tuple[int, ...]
    unknown: tuple[str, ...]
    row: int

    @property
    def known(self) -> tuple[str, ...]:
        """Return the keys of the columns that are there."""
        return tuple(key for key, place in zip(KEYS, self.places, strict=True) if place >= 0)

    def missing(self, given: Collection[str] = ()) -> tuple[str, ...]:
        """Return the titles of the needed columns that are neither there nor `given` for all."""
        have = {*self.known, *given}
        return tuple(one.title for one in COLUMNS if one.is_needed and one.key not in have)


def find_header(records: Iterator[Sequence[str]], *, given: Collection[str] = ()) -> Header:
    """Read up to the header and return it; a title may stand above it.

    `given` are columns that need not be there, because one answer counts for all.

    :raises BadInput: when there is none, a needed column is missing or one stands there twice.
    """
    for row, cells in enumerate(islice(records, HEADER_WITHIN), start=1):
        keys = {key_of(cell) for cell in cells}
        if {"name", "id_number"} & keys:
            return _header(cells, row, given)
    raise BadInput(
        f"前 {HEADER_WITHIN} 行里没有找到表头（姓名、证件号码等）。请对照模板整理后再导入。",
        code="people.list_column",
        field="file",
    )


def _header(cells: Sequence[str], row: int, given: Collection[str]) -> Header:
    if len(cells) > MOST_COLUMNS:
        raise _wrong(f"表头超过 {MOST_COLUMNS} 列，请删去多余的列再导入。")
    keys = [key_of(cell) for cell in cells]
    for column in COLUMNS:
        if keys.count(column.key) > 1:
            raise _wrong(f"表头里有两列都是“{column.title}”，请删去一列再导入。")
    unknown = [
        text.clean(cell) for cell, key in zip(cells, keys, strict=True) if not key and cell.strip()
    ]
    places = tuple(keys.index(key) if key in keys else -1 for key in KEYS)
    header = Header(places, tuple(unknown), row)
    for title in header.missing(given):
        raise _wrong(f"表头里没有“{title}”这一列，请对照模板补上。")
    return header


def _wrong(sentence: str) -> BadInput:
    return BadInput(sentence, code="people.list_header", field="file")


def key_of(cell: str) -> str:
    """Return which column a title names, or nothing."""
    title = text.clean(cell)
    whole = _KEY_OF.get(_MARKS.sub("", title), "")
    return whole or _KEY_OF.get(_MARKS.sub("", _ASIDE.sub("", title)), "")
