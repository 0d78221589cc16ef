"""The authority's answers about real names, as its files put them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from voluncity.city.people.lists.columns import HEADER_WITHIN, key_of
from voluncity.city.people.lists.finding import find_sheet
from voluncity.city.people.lists.source import Source
from voluncity.city.people.lists.table import DIGITS_KEPT
from voluncity.city.people.states import RejectReason
from voluncity.kernel import text
from voluncity.kernel.refusals import BadInput

HEADER = ("志愿者编号", "姓名", "证件类型", "证件号码", "核验结果")
MOST_ANSWERS = 5_000
_NUMBER = {"志愿者编号", "编号", "志愿者号"}
_RESULT = {
    "核验结果", "比对结果", "核查结果", "核对结果", "认证结果", "反馈结果", "结果", "是否一致",
    "一致性", "校验结果", "查询结果", "比对情况", "核验情况",
}  # fmt: skip
_MATCH = {
    "一致", "匹配", "相符", "通过", "核验一致", "比对一致", "认证一致", "验证通过", "核验通过",
    "认证通过", "信息一致", "是", "姓名与身份证号码一致", "姓名身份证号一致", "y", "true",
}  # fmt: skip
_REASONS = {
    RejectReason.NAME: {
        "不一致", "不匹配", "不符", "不相符", "姓名不一致", "姓名不符", "核验不一致", "比对不一致",
        "认证不一致", "信息不一致", "姓名与身份证号码不一致", "不通过", "否", "n", "false",
    },
    RejectReason.NUMBER: {
        "查无此人", "查无此号", "无此人", "无此号", "库中无此号", "库中无此人", "无记录", "不存在",
        "号码不存在", "未查到", "库无", "查无",
    },
    RejectReason.EXPIRED: {"证件过期", "已过期", "过期", "证件失效", "失效", "已注销", "注销"},
    RejectReason.INCOMPLETE: {"信息不全", "信息不完整", "无法核验", "无法核对", "资料不全"},
}  # fmt: skip
_MEANS: dict[str, str] = {word: str(why) for why, words in _REASONS.items() for word in words}


class Answer(NamedTuple):
    """One row: about whom, and what the authority says."""

    row: int
    number: str
    name: str
    id_number: str
    result: str


def answers(source: Source) -> list[Answer]:
    """Return the answers in a file; rows without any answer or person are left out.

    :raises BadInput: when it is no such file, or too long.
    """
    table, (places, above) = find_sheet(source, _header)
    found: list[Answer] = []
    for row, record in enumerate(table.records, start=above + 1):
        cells = [text.clean(record[p]) if -1 < p < len(record) else "" for p in places]
        answer = Answer(row, *(cell.lstrip("'") for cell in cells))
        if answer.number or answer.id_number:
            found.append(answer)
        if len(found) > MOST_ANSWERS:
            raise BadInput(f"一个文件最多 {MOST_ANSWERS:,} 人，请拆成几个文件。", field="file")
    return found


def _header(records: Iterator[Sequence[str]]) -> tuple[list[int], int]:
    """Return where number, name, identity number and result stand, and the row of the header."""
    for row, cells in enumerate(islice(records, HEADER_WITHIN), start=1):
        keys = [_key(cell) for cell in cells]
        if "result" in keys and {"number", "id_number"} & set(keys):
            wanted = ("number", "name", "id_number", "result")
            return [keys.index(key) if key in keys else -1 for key in wanted], row
    raise BadInput(
        "没有找到表头。答复文件要有“核验结果”这一列，以及“志愿者编号”或“证件号码”。",
        code="people.answer_header",
        field="file",
    )


def _key(cell: str) -> str:
    title = text.clean(cell).replace(" ", "")
    if title in _NUMBER:
        return "number"
    return "result" if title in _RESULT else key_of(cell)


def meaning_of(result: str) -> tuple[bool, str]:
    """Return whether it is a match, and the reason if not.

    :raises BadInput: when the words are not known; nothing is guessed.
    """
    word = text.clean(result).replace(" ", "").strip("。.；;，,").lower()
    if word in _MATCH:
        return True, ""
    if word in _MEANS:
        return False, _MEANS[word]
    if not word:
        raise BadInput("没有填核验结果。")
    raise BadInput(f"核验结果“{word[:20]}”看不懂，请写一致、不一致、查无此人、证件过期或信息不全。")


def is_lost(id_number: str) -> bool:
    """Return whether a spreadsheet threw the last digits of a number away."""
    return "E+" in id_number.upper() and len(id_number) <= DIGITS_KEPT
