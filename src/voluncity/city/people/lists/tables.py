"""Read the records of a table file one after the other: CSV in three encodings, or XLSX."""

from __future__ import annotations

import codecs
import csv
import hashlib
from collections.abc import Iterator
from pathlib import Path

from voluncity.city.people.lists import workbook
from voluncity.kernel.refusals import BadInput

MOST_RECORDS = 2_000_000
_ZIP, _OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_BOMS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",  # Excel's “Unicode 文本”
    codecs.BOM_UTF16_BE: "utf-16",
}
_BEGINNING = 64 * 1024


def digest(path: Path) -> str:
    """Return by which the same file is recognized (SHA-256, hex).

    :raises BadInput: when there is no such file.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise _unreadable(path) from error


def records(path: Path) -> Iterator[list[str]]:
    """Return the records of a file, the header too; empty ones are empty lists or empty texts.

    Only the records asked for are read: a file of any size needs the same memory.
    :raises BadInput: when it cannot be read as a table, also in the middle.
    """
    try:
        with path.open("rb") as file:
            beginning = file.read(_BEGINNING)
    except OSError as error:
        raise _unreadable(path) from error
    if beginning.startswith(_OLD_OFFICE):
        raise BadInput(
            "这是旧版 Excel（.xls）或加了密码的文件，请另存为不加密的 .xlsx 再导入。",
            code="people.list_unreadable",
        )
    if not beginning.strip():
        raise BadInput("这个文件是空的，请核对后重新选择。", code="people.list_unreadable")
    found = workbook.records(path) if beginning.startswith(_ZIP) else _csv(path, beginning)
    return _at_most(found)


def _at_most(found: Iterator[list[str]]) -> Iterator[list[str]]:
    for count, record in enumerate(found, start=1):
        if count > MOST_RECORDS:
            raise BadInput(f"一个文件最多 {MOST_RECORDS:,} 行，请拆成几个文件再导入。")
        yield record


def _csv(path: Path, beginning: bytes) -> Iterator[list[str]]:
    encoding = _encoding(beginning)
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        first = file.readline()
        file.seek(0)
        delimiter = "\t" if "\t" in first and "," not in first else ","
        # Strict: an open quotation mark must not swallow the people after it.
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        try:
            yield from reader
        except csv.Error as error:
            raise BadInput(
                f"第 {reader.line_num} 行附近读不下去：引号没有成对，或一格内容太长。"
                "请改正后再导入，已导入的不会重复。",
                code="people.list_unreadable",
            ) from error


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


def _unreadable(path: Path) -> BadInput:
    return BadInput(f"打不开文件“{path.name}”，请核对文件名和读取权限。", code="people.list_file")
