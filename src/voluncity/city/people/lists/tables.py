"""Read the sheets of a table file: CSV in several encodings, XLSX, or XLS.

What a file is, its first bytes say, never its name.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator

from voluncity.city.people.lists import legacy, workbook
from voluncity.city.people.lists.source import Source
from voluncity.city.people.lists.table import Table, unreadable
from voluncity.kernel.refusals import BadInput

MOST_RECORDS = 2_000_000
_ZIP, _OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_BOMS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",  # Excel's “Unicode 文本”
    codecs.BOM_UTF16_BE: "utf-16",
}
_BEGINNING = 64 * 1024
_DELIMITERS = ",\t;"
_LINES_LOOKED_AT = 20
_SAVE_AS = "请用 Excel 或 WPS 打开，另存为 .xlsx 再导入。"
_PICTURE = "这是图片，不是表格。请把名单录入 Excel 或 WPS 表格，另存为 .xlsx 再导入。"
_ARCHIVE = "这是压缩包，请解压后导入里面的表格。"
_WEB_PAGE = f"这是网页格式的表格（有的系统导出时也叫 .xls），{_SAVE_AS}"
_OTHERS = {
    b"%PDF-": "这是 PDF 文件，不是表格。请找到原来的表格文件，或录入 Excel 后再导入。",
    b"{\\rtf": legacy.WORD,
    b"\xff\xd8\xff": _PICTURE,
    b"\x89PNG": _PICTURE,
    b"GIF8": _PICTURE,
    b"BM": _PICTURE,
    b"Rar!": _ARCHIVE,
    b"7z\xbc\xaf": _ARCHIVE,
    b"\x1f\x8b": _ARCHIVE,
    b"PK\x05\x06": "这个压缩包是空的，请核对后重新选择。",
    b"MZ": "这是程序，不是表格，请核对后重新选择。",
    b"\x7fELF": "这是程序，不是表格，请核对后重新选择。",
}
_MARKUP = (b"<!doctype", b"<html", b"<?xml", b"<table", b"<head", b"<meta")


def tables(source: Source) -> Iterator[Table]:
    """Return the sheets of a file; empty records are empty lists or empty texts.

    Only the records asked for are read: a file of any size needs the same memory (not an XLS,
    whose sheets are small).

    :raises BadInput: when it cannot be read as a table, also in the middle.
    """
    with source.open() as file:
        beginning = file.read(_BEGINNING)
    _refuse_others(beginning)
    if beginning.startswith(_OLD_OFFICE):
        found = legacy.tables(source)
    elif beginning.startswith(_ZIP):
        found = workbook.tables(source)
    else:
        found = iter([Table("", _csv(source, beginning), rows=_lines_of(source))])
    for table in found:
        table.records = _at_most(table.records)
        yield table


def _refuse_others(beginning: bytes) -> None:
    if not beginning.strip():
        raise unreadable("这个文件是空的，请核对后重新选择。")
    for start, sentence in _OTHERS.items():
        if beginning.startswith(start):
            raise unreadable(sentence)
    if beginning.removeprefix(codecs.BOM_UTF8).lstrip()[:20].lower().startswith(_MARKUP):
        raise unreadable(_WEB_PAGE)
    if beginning.startswith((_ZIP, _OLD_OFFICE, *_BOMS)):
        return
    if b"\0" in beginning:
        raise unreadable(f"这不是能识别的表格文件，{_SAVE_AS}")


def _at_most(found: Iterator[list[str]]) -> Iterator[list[str]]:
    for count, record in enumerate(found, start=1):
        if count > MOST_RECORDS:
            raise BadInput(f"一个文件最多 {MOST_RECORDS:,} 行，请拆成几个文件再导入。")
        yield record


def _lines_of(source: Source) -> int:
    """Return how many lines a text file has, about."""
    with source.open() as file:
        return sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b"")) + 1


def _csv(source: Source, beginning: bytes) -> Iterator[list[str]]:
    encoding = _encoding(beginning)
    delimiter = _delimiter(beginning.decode(encoding, errors="replace"))
    with io.TextIOWrapper(source.open(), encoding=encoding, errors="replace", newline="") as file:
        # Strict: an open quotation mark must not swallow the people after it.
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        try:
            yield from reader
        except csv.Error as error:
            raise unreadable(
                f"第 {reader.line_num} 行附近读不下去：引号没有成对，或一格内容太长。"
                "请改正后再导入，已导入的不会重复。"
            ) from error


def _delimiter(text: str) -> str:
    """Return what stands between the cells: the line with the header has most of it."""
    lines = text.split("\n", _LINES_LOOKED_AT)[:_LINES_LOOKED_AT]
    return max(_DELIMITERS, key=lambda one: max(line.count(one) for line in lines))


def _encoding(beginning: bytes) -> str:
    """Return the encoding of a text file; its header is Chinese, so the first lines tell."""
    for bom, name in _BOMS.items():
        if beginning.startswith(bom):
            return name
    lines = beginning[: beginning.rfind(b"\n") + 1] or beginning
    try:
        lines.decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"
