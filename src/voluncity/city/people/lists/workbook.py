"""Read the sheets of an XLSX file as streams (ISO/IEC 29500).

Ready readers build the whole sheet in memory; 750,000 people take 800 MB (measured).
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from xml.parsers import expat

from voluncity.city.people.lists.sheets import (
    SharedWords,
    Sheet,
    Text,
    fed,
    feed,
    local,
    parse,
    parser_of,
)
from voluncity.city.people.lists.source import Source
from voluncity.city.people.lists.table import Table, unreadable

MOST_PARTS, MOST_SHEETS = 5_000, 100
# A sheet of people shrinks 10 to 30 times; a bomb shrinks hundreds of times.
MOST_RATIO, RATIO_FROM = 200, 16 * 1024 * 1024
_BAD_FILE = (
    zipfile.BadZipFile, zlib.error, expat.ExpatError, KeyError, IndexError, ValueError, OSError,
    RuntimeError, NotImplementedError, EOFError,
)  # fmt: skip
_WORKBOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_SHARED = "xl/sharedStrings.xml"
_BEGINNING = 8 * 1024
_DIMENSION = re.compile(rb'<(?:\w+:)?dimension ref="[A-Z]+[0-9]+:[A-Z]+([0-9]{1,7})"')
_SWOLLEN = "这个表格文件的压缩率不正常，可能有问题，请另存为 CSV 再导入。"
_OTHERS = {
    "xl/vbaProject.bin": "这个文件带有宏。为安全起见不能导入，请另存为不带宏的 .xlsx 再导入。",
    "xl/workbook.bin": "这是二进制工作簿（.xlsb），请用 Excel 另存为 .xlsx 再导入。",
    "word/document.xml": (
        "这是 Word 文档，不是表格。请把名单复制到 Excel 或 WPS 表格里，另存为 .xlsx 再导入。"
    ),
    "ppt/presentation.xml": "这是演示文稿，不是表格，请核对后重新选择。",
    "content.xml": "这是 OpenDocument 表格（.ods），请另存为 .xlsx 再导入。",
}


def tables(source: Source) -> Iterator[Table]:
    """Return the sheets; rows that are left out come as empty lists, formulas as their result.

    :raises BadInput: when it is no such file, or one made to do harm.
    """
    with _refusing(), source.open() as file, zipfile.ZipFile(file) as archive:
        _refuse_others(archive)
        sheets = _sheets(archive)
        words = _shared_words(archive)
        for name, part, is_hidden in sheets:
            table = Table(name, iter(()), is_hidden, rows=_claimed_rows(archive, part))
            table.records = _rows(source, part, words, table)
            yield table


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except _BAD_FILE as error:
        raise unreadable(
            "这个表格文件已损坏或加了密码，请用 Excel 或 WPS 打开，另存为 .xlsx 再导入。"
        ) from error


def _refuse_others(archive: zipfile.ZipFile) -> None:
    members = archive.infolist()
    names = {member.filename for member in members}
    if len(members) > MOST_PARTS:
        raise unreadable(_SWOLLEN)
    for member in members:
        if member.file_size > max(RATIO_FROM, member.compress_size * MOST_RATIO):
            raise unreadable(_SWOLLEN)
    for part, sentence in _OTHERS.items():
        if part in names:
            raise unreadable(sentence)
    if _WORKBOOK not in names:
        raise unreadable("这是压缩包，请解压后导入里面的表格。")


def _sheets(archive: zipfile.ZipFile) -> list[tuple[str, str, bool]]:
    """Return name, part and whether it is hidden, of each sheet in the order of the tabs."""
    found: list[tuple[str, str, bool]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if local(name) == "sheet":
            ids = [value for key, value in attributes.items() if local(key) == "id"]
            is_hidden = attributes.get("state", "visible") != "visible"
            found.append((attributes.get("name", ""), ids[0], is_hidden))
        if local(name) == "workbookPr" and attributes.get("date1904", "0") in {"1", "true"}:
            raise unreadable("这个表格用的是 1904 年日期系统，日期会差四年，请另存为 CSV 再导入。")

    parse(archive, _WORKBOOK, start=start)
    targets: dict[str, str] = {}

    def relation(name: str, attributes: dict[str, str]) -> None:
        is_sheet = not attributes.get("Type", "").endswith(("/chartsheet", "/dialogsheet"))
        if local(name) == "Relationship" and is_sheet:
            targets[attributes["Id"]] = attributes["Target"]

    parse(archive, _RELATIONS, start=relation)
    return [
        (name, posixpath.normpath(posixpath.join("/xl", targets[key])).lstrip("/"), is_hidden)
        for name, key, is_hidden in found[:MOST_SHEETS]
        if key in targets
    ]


def _claimed_rows(archive: zipfile.ZipFile, part: str) -> int:
    """Return how many rows a sheet says it has; nothing depends on its being true."""
    with archive.open(part) as stream:
        beginning = stream.read(_BEGINNING).partition(b"<sheetData")[0]
    found = _DIMENSION.search(beginning)
    return int(found[1]) if found else 0


def _shared_words(archive: zipfile.ZipFile) -> SharedWords:
    words, reading = SharedWords(), Text()
    if _SHARED not in archive.namelist():
        return words

    def start(name: str, _attributes: dict[str, str]) -> None:
        kind = local(name)
        if kind == "si":
            reading.text = ""
        reading.start(kind)

    def end(name: str) -> None:
        kind = local(name)
        reading.end(kind)
        if kind == "si":
            words.add(reading.text)

    parser = parser_of()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = reading.pieces.append
    with archive.open(_SHARED) as stream:
        feed(parser, stream)
    return words


def _rows(source: Source, part: str, words: SharedWords, table: Table) -> Iterator[list[str]]:
    sheet = Sheet(words, table)
    parser = parser_of()
    parser.StartElementHandler, parser.EndElementHandler = sheet.begin, sheet.finish
    parser.CharacterDataHandler = sheet.pieces.append
    with _refusing(), source.open() as file, zipfile.ZipFile(file) as archive:  # noqa: SIM117 -- one after the other
        with archive.open(part) as stream:
            for _ in fed(parser, stream):
                yield from sheet.taken()
