"""Read what the bank sends back about a list: other headings, other dates, paid or not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice

from voluncity.city.people.lists.finding import find_sheet
from voluncity.city.people.lists.source import Source
from voluncity.kernel.money import parse_yuan
from voluncity.kernel.refusals import BadInput
from voluncity.kernel.text import clean, half_width_digits

MOST_ROWS = 500
_HEADING_WITHIN = 30
_NAMES = {
    "number": "付款编号 业务编号 客户流水号 备注编号 付款单号 摘要编号",
    "result": "处理结果 交易结果 结果 状态 交易状态 处理状态 付款结果",
    "ref": "银行流水号 流水号 交易流水号 核心流水号 凭证号",
    "on": "付款日期 交易日期 日期 记账日期 入账日期 交易时间",
    "words": "失败原因 原因 返回信息 备注 附言 失败信息",
    "amount": "金额 交易金额 付款金额 发生额",
}
_COLUMNS = {name: key for key, names in _NAMES.items() for name in names.split()}
_NEEDED = {"number": "付款编号", "result": "处理结果", "ref": "银行流水号", "on": "付款日期"}
_NOISE = re.compile(r"[\s*：:]|[（(].*?[)）]")
_GOOD = {"成功", "交易成功", "付款成功", "处理成功", "已付款", "已入账", "完成"}
_BAD = {"失败", "交易失败", "付款失败", "处理失败", "退回", "拒绝", "退汇"}
_NUMBER = re.compile(r"BF(\d{1,18})", re.IGNORECASE)
_DAY = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?(?:[T ].*)?")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 -- day 0 of spreadsheets, only ever a day


@dataclass(frozen=True)
class Line:
    """What the bank says about one payment; without `bank_ref` it did not pay."""

    row: int
    payment_id: int
    fen: int | None
    bank_ref: str = ""
    on: date | None = None
    words: str = ""


@dataclass(frozen=True)
class Answer:
    """What the bank says about one payment of a list; without a number it did not pay."""

    payment_id: int
    bank_ref: str
    on: date | None
    words: str


@dataclass
class Answers:
    """A file that was read to its end."""

    lines: list[Line] = field(default_factory=list)
    faults: list[tuple[int, str]] = field(default_factory=list)


def read_answers(source: Source) -> Answers:
    """Return what the bank says, in the order of the file.

    :raises BadInput: when it is no such list, or has too many rows.
    """
    table, (places, start) = find_sheet(source, _heading)
    read, seen = Answers(), set[int]()
    for row, cells in enumerate(table.records, start=start + 1):
        said = {key: _cell(cells, place) for key, place in places.items()}
        if said["number"] or said["ref"]:  # else an empty line, or the sums below the list
            _take(read, row, said, seen)
        if len(read.lines) + len(read.faults) > MOST_ROWS:
            raise BadInput(f"一个文件最多 {MOST_ROWS} 行，请核对。", field="file")
    if not read.lines and not read.faults:
        raise BadInput("这个文件里没有付款结果，请核对后重新选择。", field="file")
    return read


def _heading(records: Iterator[list[str]]) -> tuple[dict[str, int], int]:
    for line, cells in enumerate(islice(records, _HEADING_WITHIN), start=1):
        places: dict[str, int] = {}
        for place, cell in enumerate(cells):
            key = _COLUMNS.get(_NOISE.sub("", half_width_digits(cell)))
            if key and key not in places:
                places[key] = place
        if _NEEDED.keys() <= places.keys():
            return places, line
    raise BadInput(
        f"没有找到表头。表里要有这几列：{'、'.join(_NEEDED.values())}。",
        code="people.list_header", field="file",
    )  # fmt: skip


def _cell(cells: Sequence[str], place: int) -> str:
    return clean(cells[place]).strip("`'\t ") if place < len(cells) else ""


def _take(read: Answers, row: int, said: dict[str, str], seen: set[int]) -> None:
    try:
        line = _line(row, said)
    except BadInput as refusal:
        read.faults.append((row, refusal.sentence))
        return
    if line.payment_id in seen:
        read.faults.append((row, "文件里前面已经有这个付款编号。"))
        return
    seen.add(line.payment_id)
    read.lines.append(line)


def _line(row: int, said: dict[str, str]) -> Line:
    number = _NUMBER.fullmatch(half_width_digits(said["number"]))
    if number is None:
        raise BadInput("付款编号看不懂，应为清单上的编号，例如 BF00000012。")
    amount = said.get("amount", "")
    fen = parse_yuan(amount, field="", most_yuan=999_999_999) if amount else None
    if said["result"] in _GOOD:
        if not said["ref"]:
            raise BadInput("付款成功的要有银行流水号。")
        return Line(row, int(number[1]), fen, said["ref"], _day(said["on"]))
    if said["result"] in _BAD:
        return Line(row, int(number[1]), fen, words=(said.get("words") or said["result"])[:200])
    raise BadInput("处理结果看不懂，请写“成功”或“失败”。")


def _day(text: str) -> date:
    plain, unclear = half_width_digits(text), "付款日期看不懂，请写成 2026-11-28 的样子。"
    if _SERIAL.fullmatch(plain):
        return (_EPOCH + timedelta(days=int(float(plain)))).date()
    found = _DAY.fullmatch(plain)
    if found is None:
        raise BadInput(unclear)
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError as error:
        raise BadInput(unclear) from error
