"""Read the list of a designated platform as it comes: other headings, other dates, other signs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice

from voluncity.city.people.lists.finding import find_sheet
from voluncity.city.people.lists.source import Source
from voluncity.fund.donations.rules import gifts
from voluncity.kernel.clock import CITY_TZ
from voluncity.kernel.disclosures import has_account, has_link, has_number
from voluncity.kernel.identity import parse_mobile
from voluncity.kernel.money import parse_yuan
from voluncity.kernel.refusals import BadInput
from voluncity.kernel.text import clean, half_width_digits, has_emoji

MOST_ROWS = 5_000
_HEADING_WITHIN = 30  # lines of titles and notes above the heading
_NAMES = {
    "receipt": "交易流水号 流水号 支付流水号 交易单号 订单号 订单编号 捐赠编号 捐赠单号 捐款编号 "
    "凭证号 票据号 收据号 支付单号 商户订单号 平台订单号",
    "amount": "捐赠金额 捐款金额 金额 实付金额 实收金额 支付金额 交易金额 善款金额",
    "at": "捐赠时间 捐款时间 支付时间 交易时间 时间 捐赠日期 捐款日期 交易日期 日期 到账时间",
    "donor": "捐赠人 捐款人 捐赠人姓名 捐款人姓名 姓名 昵称 捐赠方 捐赠者 爱心人士 捐赠人昵称",
    "phone": "手机号 手机 手机号码 联系电话 电话 联系方式",
    "anonymous": "是否匿名 匿名 匿名捐赠",
    "message": "寄语 留言 祝福语 捐赠留言 祝福",
}
_COLUMNS = {name: key for key, names in _NAMES.items() for name in names.split()}
_NEEDED = {"receipt": "交易流水号", "amount": "捐赠金额", "at": "捐赠时间"}
_NOISE = re.compile(r"[\s*：:]|[（(].*?[)）]")
_YES = {"是", "1", "true", "yes", "y", "匿名", "√"}
_NOBODY = {"匿名", "匿名用户", "爱心人士", "爱心网友", "-", "无", "/", "匿名爱心人士"}
_DAY = re.compile(
    r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?[T ]*(?:(\d{1,2}):?(\d{2})(?::?(\d{2}))?)?.*"
)
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_EPOCH = datetime(1899, 12, 30, tzinfo=CITY_TZ)  # day 0 of spreadsheets


@dataclass(frozen=True)
class FileRow:
    """One gift of a file; `row` is its line."""

    row: int
    receipt_no: str
    amount_fen: int
    given_at: datetime
    donor: str = ""
    phone: str = ""
    is_anonymous: bool = False
    message: str = ""


@dataclass
class FileRead:
    """A file that was read to its end: what can be taken, and what is wrong with the rest."""

    rows: list[FileRow] = field(default_factory=list)
    faults: list[tuple[int, str]] = field(default_factory=list)


def read_gifts(source: Source, *, at: datetime) -> FileRead:
    """Return the gifts of a file in the order of its lines.

    :raises BadInput: when it is no such list, or has too many rows.
    """
    table, (places, start) = find_sheet(source, _heading)
    read, seen = FileRead(), set[str]()
    for row, cells in enumerate(table.records, start=start + 1):
        said = {key: _cell(cells, place) for key, place in places.items()}
        if said["receipt"] or said["at"]:  # else an empty line, or the sums below the list
            _take(read, row, said, seen=seen, at=at)
        if len(read.rows) + len(read.faults) > MOST_ROWS:
            raise BadInput(f"一个文件最多 {MOST_ROWS:,} 行，请拆成几个文件。", field="file")
    if not read.rows and not read.faults:
        raise BadInput("这个文件里没有捐赠记录，请核对后重新选择。", field="file")
    return read


def _heading(records: Iterator[list[str]]) -> tuple[dict[str, int], int]:
    """Return where each column stands, and in which line the heading was.

    :raises BadInput: when there is none near the top.
    """
    for line, cells in enumerate(islice(records, _HEADING_WITHIN), start=1):
        if found := _places(cells):
            return found, line
    raise BadInput(
        f"没有找到表头。表里要有这几列：{'、'.join(_NEEDED.values())}。",
        code="people.list_header",
        field="file",
    )


def _take(read: FileRead, row: int, said: dict[str, str], *, seen: set[str], at: datetime) -> None:
    try:
        one = _row(row, said, at=at)
    except BadInput as refusal:
        read.faults.append((row, refusal.sentence))
        return
    if one.receipt_no in seen:
        read.faults.append((row, "文件里前面已经有这个流水号。"))
        return
    seen.add(one.receipt_no)
    read.rows.append(one)


def _places(cells: Sequence[str]) -> dict[str, int] | None:
    places: dict[str, int] = {}
    for place, cell in enumerate(cells):
        key = _COLUMNS.get(_NOISE.sub("", half_width_digits(cell)))
        if key and key not in places:
            places[key] = place
    return places if _NEEDED.keys() <= places.keys() else None


def _cell(cells: Sequence[str], place: int) -> str:
    return clean(cells[place]).strip("`'\t ") if place < len(cells) else ""


def _row(row: int, said: dict[str, str], *, at: datetime) -> FileRow:
    if said["amount"].startswith(("-", "−", "－")):
        raise BadInput("这是退款，不导入。请在捐赠登记里办理退还。")
    given_at = _moment(said["at"])
    if given_at > at + timedelta(days=1):
        raise BadInput("捐赠时间在以后，请核对。")
    if given_at.year < gifts.EARLIEST_YEAR:
        raise BadInput("捐赠时间太早，请核对。")
    donor = "".join(one for one in said.get("donor", "") if not has_emoji(one)).strip()
    is_nobody = said.get("anonymous", "").lower() in _YES or donor in _NOBODY or not donor
    if len(donor) > gifts.NAME_MOST:
        raise BadInput(f"捐赠人最多 {gifts.NAME_MOST} 个字。")
    return FileRow(
        row=row, receipt_no=gifts.receipt_no(said["receipt"], wanted=True),
        amount_fen=parse_yuan(said["amount"], field="", most_yuan=gifts.GIFT_MOST_YUAN),
        given_at=given_at, donor="" if donor in _NOBODY else donor,
        phone=_phone(said.get("phone", "")), is_anonymous=is_nobody,
        message=_message(said.get("message", "")),
    )  # fmt: skip


def _moment(text: str) -> datetime:
    """Return an instant out of whatever a platform writes; days without a time begin at noon."""
    plain, unclear = half_width_digits(text), "捐赠时间看不懂，请写成 2026-11-28 09:30 的样子。"
    if _SERIAL.fullmatch(plain):
        return _EPOCH + timedelta(seconds=round(float(plain) * 86_400))
    found = _DAY.fullmatch(plain)
    if found is None:
        raise BadInput(unclear)
    try:
        parts = [int(part) if part else 0 for part in found.groups()]
        hour = parts[3] if found[4] else 12
        year, month, day, _, minute, second = parts
        return datetime(year, month, day, hour, minute, second, tzinfo=CITY_TZ)
    except (ValueError, OverflowError) as error:
        raise BadInput(unclear) from error


def _phone(text: str) -> str:
    """Return a phone number; one that is masked or odd is left out."""
    try:
        return parse_mobile(text) if text else ""
    except BadInput:
        return ""


def _message(text: str) -> str:
    """Return a word that may be shown; anything else is left out."""
    is_bad = has_number(text) or has_account(text) or has_link(text)
    return "" if is_bad else text[: gifts.MESSAGE_MOST]
