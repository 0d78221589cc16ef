"""Read the old binary workbooks (.xls) that offices still have.

The format holds 65,536 rows at most, so the whole sheet may be in memory.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import xlrd  # type: ignore[import-untyped]  # has no types

from voluncity.city.people.lists.source import Source
from voluncity.city.people.lists.table import MOST_COLUMNS, Table, number_text, unreadable
from voluncity.kernel.refusals import BadInput

MOST_BYTES = 48 * 1024 * 1024
# How the names of the parts of a compound file are written in its directory.
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_MACROS = "_VBA_PROJECT_CUR".encode("utf-16-le")
_WORD = "WordDocument".encode("utf-16-le")
LOCKED = "这个文件加了密码，请用 Excel 或 WPS 打开，去掉密码后另存为 .xlsx 再导入。"
MACROS = "这个文件带有宏。为安全起见不能导入，请另存为不带宏的 .xlsx 再导入。"
WORD = "这是 Word 文档，不是表格。请把名单复制到 Excel 或 WPS 表格里，另存为 .xlsx 再导入。"
BROKEN = "这个表格文件已损坏，请用 Excel 或 WPS 打开，另存为 .xlsx 再导入。"


def tables(source: Source) -> Iterator[Table]:
    """Return the sheets of an old workbook.

    :raises BadInput: when it is locked, damaged, holds macros or is no workbook.
    """
    with source.open() as file:
        content = file.read(MOST_BYTES + 1)
    _refuse_others(content)
    book = _book(content)
    for place in range(book.nsheets):
        yield _table(book, place)


def _refuse_others(content: bytes) -> None:
    if len(content) > MOST_BYTES:
        raise unreadable(".xls 文件太大，请用 Excel 或 WPS 另存为 .xlsx 再导入。")
    for mark, sentence in ((_ENCRYPTED, LOCKED), (_MACROS, MACROS), (_WORD, WORD)):
        if mark in content:
            raise unreadable(sentence)


def _book(content: bytes) -> Any:
    try:
        return xlrd.open_workbook(
            file_contents=content, on_demand=True, ragged_rows=True, logfile=io.StringIO()
        )
    except Exception as error:  # a damaged file breaks the reader in any way
        is_locked = "encrypted" in str(error)
        raise unreadable(LOCKED if is_locked else BROKEN) from error


def _table(book: Any, place: int) -> Table:
    try:
        sheet = book.sheet_by_index(place)
    except Exception as error:
        raise unreadable(BROKEN) from error
    is_hidden = bool(sheet.visibility)
    return Table(str(sheet.name), _records(book, sheet), is_hidden, rows=int(sheet.nrows))


def _records(book: Any, sheet: Any) -> Iterator[list[str]]:
    for row in range(sheet.nrows):
        try:
            yield [_text(book, cell) for cell in sheet.row(row)[:MOST_COLUMNS]]
        except BadInput:
            raise
        except Exception as error:
            raise unreadable(BROKEN) from error


def _text(book: Any, cell: Any) -> str:
    if cell.ctype == xlrd.XL_CELL_TEXT:
        return str(cell.value)
    if cell.ctype == xlrd.XL_CELL_NUMBER:
        return number_text(cell.value)
    if cell.ctype == xlrd.XL_CELL_DATE:
        return _day(cell.value, book.datemode)
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return "是" if cell.value else "否"
    return "#N/A" if cell.ctype == xlrd.XL_CELL_ERROR else ""


def _day(value: float, datemode: int) -> str:
    try:
        return f"{xlrd.xldate_as_datetime(value, datemode):%Y-%m-%d}"
    except (xlrd.XLDateError, ValueError, OverflowError):
        return number_text(value)
