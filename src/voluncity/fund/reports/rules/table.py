"""Read expenses out of a table with other headings and other dates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import islice

from voluncity.city.people.lists.finding import find_sheet
from voluncity.city.people.lists.source import Source
from voluncity.fund.reports.rules.writing import EXPENSE_MOST_YUAN, ExpensePlan, checked_expense
from voluncity.kernel.money import parse_yuan
from voluncity.kernel.refusals import BadInput
from voluncity.kernel.text import clean, half_width_digits

MOST_ROWS = 200
FAULTS_SHOWN = 30
_HEADING_WITHIN = 20  # lines of titles and notes above the heading
_LINES_MOST = 2_000  # with empty ones
_NAMES = {
    "on": "日期 支出日期 付款日期 开票日期 发生日期 时间",
    "line": "预算科目 科目 预算行 预算项目 支出科目 序号或科目",
    "payee": "收款方 收款人 收款单位 销售方 商家 供应商",
    "what": "用途 支出内容 内容 摘要 品名 项目内容 说明",
    "sum": "金额 支出金额 实付金额 价税合计 合计金额 付款金额",
    "invoice": "发票号码 发票号 票据号 收据号 凭证号 发票或收据号码",
}
_COLUMNS = {name: key for key, names in _NAMES.items() for name in names.split()}
_NEEDED = {"on": "日期", "line": "预算科目", "payee": "收款方", "what": "用途", "sum": "金额"}
_NOISE = re.compile(r"[\s*：:]|[（(].*?[)）]")
_DAY = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?(?:[T ].*)?")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_EPOCH = date(1899, 12, 30)  # day 0 of spreadsheets


@dataclass
class TableRead:
    """A table that was read to its end: its expenses, and what is wrong by line."""

    rows: list[tuple[int, ExpensePlan]] = field(default_factory=list)
    faults: list[tuple[int, str]] = field(default_factory=list)


def read_expenses(
    source: Source, *, lines: Mapping[int, tuple[str, str]], starts_on: date, ends_on: date,
    today: date,
) -> TableRead:  # fmt: skip
    """Return the expenses of a table; `lines` are kind and use of each line of the budget by id.

    :raises BadInput: when it is no such table, or has too many rows.
    """
    table, (places, start) = find_sheet(source, _heading)
    read, seen = TableRead(), dict[str, int]()
    for row, cells in enumerate(table.records, start=start + 1):
        if row > start + _LINES_MOST or len(read.rows) + len(read.faults) > MOST_ROWS:
            raise BadInput(f"一个表格最多 {MOST_ROWS} 笔支出，请拆成几个文件。", field="file")
        said = {key: _cell(cells, place) for key, place in places.items()}
        if not (said["on"] or said["payee"]):
            continue  # an empty line, or the sums below the list
        try:
            plan = checked_expense(
                _plan(said, lines), starts_on=starts_on, ends_on=ends_on, today=today
            )
            _refuse_twice(plan.invoice_no, row, seen)
        except BadInput as refusal:
            read.faults.append((row, refusal.sentence))
        else:
            read.rows.append((row, plan))
    if not read.rows and not read.faults:
        raise BadInput("表格里没有支出，请核对后重新选择。", field="file")
    return read


def _refuse_twice(number: str, row: int, seen: dict[str, int]) -> None:
    if number and number in seen:
        raise BadInput(f"这个发票号码和第 {seen[number]} 行的相同。")
    seen[number] = row


def _heading(records: Iterator[list[str]]) -> tuple[dict[str, int], int]:
    for line, cells in enumerate(islice(records, _HEADING_WITHIN), start=1):
        if found := _places(cells):
            return found, line
    raise BadInput(
        f"没有找到表头。表里要有这几列：{'、'.join(_NEEDED.values())}。",
        code="people.list_header",
        field="file",
    )


def _places(cells: Sequence[str]) -> dict[str, int] | None:
    places: dict[str, int] = {}
    for place, cell in enumerate(cells):
        key = _COLUMNS.get(_NOISE.sub("", half_width_digits(cell)))
        if key and key not in places:
            places[key] = place
    return places if _NEEDED.keys() <= places.keys() else None


def _cell(cells: Sequence[str], place: int) -> str:
    return clean(cells[place]).strip("`'\t ") if place < len(cells) else ""


def _plan(said: Mapping[str, str], lines: Mapping[int, tuple[str, str]]) -> ExpensePlan:
    return ExpensePlan(
        line_id=_line(said["line"], lines),
        on=_day(said["on"]),
        payee=said["payee"],
        what=said["what"],
        fen=parse_yuan(said["sum"], field="sum", most_yuan=EXPENSE_MOST_YUAN),
        invoice_no=said.get("invoice", ""),
    )


def _line(text: str, lines: Mapping[int, tuple[str, str]]) -> int:
    """Return the line that is meant: by its use, by kind and use, or by a kind of one line."""
    wanted = _NOISE.sub("", text)
    exact, by_kind = [], []
    for pk, (kind, what) in lines.items():
        kind_said, what_said = _NOISE.sub("", kind), _NOISE.sub("", what)
        if wanted in (what_said, f"{kind_said}·{what_said}", f"{kind_said}{what_said}"):
            exact.append(pk)
        elif wanted == kind_said:
            by_kind.append(pk)
    found = exact or by_kind
    if len(found) == 1:
        return found[0]
    if found:
        raise BadInput(f"“{text[:20]}”有几行预算，请写成“科目 · 用途”的样子。")
    raise BadInput(f"预算里没有“{text[:20]}”，请按批准的预算填写科目或用途。")


def _day(text: str) -> date:
    plain, unclear = half_width_digits(text), "日期看不懂，请写成 2027-05-18 的样子。"
    try:
        if _SERIAL.fullmatch(plain):
            return _EPOCH + timedelta(days=int(float(plain)))
        if found := _DAY.fullmatch(plain):
            return date(int(found[1]), int(found[2]), int(found[3]))
    except (ValueError, OverflowError) as error:
        raise BadInput(unclear) from error
    raise BadInput(unclear)
