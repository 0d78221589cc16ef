"""Read the first sheet of an XLSX file as a stream (ISO/IEC 29500), and write a small one.

Ready readers build the whole sheet in memory; 750,000 people take 800 MB (measured).
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from array import array
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO
from xml.parsers import expat

from voluncity.kernel.refusals import BadInput

BLOCK = 256 * 1024
MOST_COLUMNS, MOST_ROWS = 200, 1_048_576
# A sheet of people shrinks 10 to 30 times; a bomb shrinks hundreds of times.
MOST_RATIO, RATIO_FROM = 200, 16 * 1024 * 1024
LONGEST_CELL = 32_767  # as in Excel
_DIGITS_KEPT = 15  # by a number in a spreadsheet
_BAD_FILE = (
    zipfile.BadZipFile, zlib.error, expat.ExpatError, KeyError, IndexError, ValueError, OSError,
    RuntimeError, NotImplementedError, EOFError,
)  # fmt: skip
_WORKBOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_SHARED = "xl/sharedStrings.xml"


def records(path: Path) -> Iterator[list[str]]:
    """Return the rows of the first sheet as texts; rows that are left out come as empty lists.

    :raises BadInput: when it is no such file, or one made to do harm.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            _refuse_bombs(archive)
            sheet = _first_sheet(archive)
            words = _shared_words(archive)
            yield from _rows(archive, sheet, words)
    except _BAD_FILE as error:
        raise BadInput(
            "这个表格文件已损坏或加了密码，请用 Excel 或 WPS 打开，另存为 .xlsx 再导入。",
            code="people.list_unreadable",
        ) from error


def _refuse_bombs(archive: zipfile.ZipFile) -> None:
    for member in archive.infolist():
        if member.file_size > max(RATIO_FROM, member.compress_size * MOST_RATIO):
            raise BadInput(
                "这个表格文件的压缩率不正常，可能有问题，请另存为 CSV 再导入。",
                code="people.list_unreadable",
            )


def _first_sheet(archive: zipfile.ZipFile) -> str:
    """Return the name of the part that holds the first sheet."""
    found: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if _local(name) == "sheet":
            found.extend(value for key, value in attributes.items() if _local(key) == "id")
        if _local(name) == "workbookPr" and attributes.get("date1904", "0") in {"1", "true"}:
            raise BadInput(
                "这个表格用的是 1904 年日期系统，日期会差四年，请另存为 CSV 再导入。",
                code="people.list_unreadable",
            )

    _parse(archive, _WORKBOOK, start=start)
    targets: dict[str, str] = {}

    def relation(name: str, attributes: dict[str, str]) -> None:
        if _local(name) == "Relationship":
            targets[attributes["Id"]] = attributes["Target"]

    _parse(archive, _RELATIONS, start=relation)
    return posixpath.normpath(posixpath.join("/xl", targets[found[0]])).lstrip("/")


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _parser() -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def _refuse_doctype(*_declared: object) -> None:
    """Refuse entities of one's own: no spreadsheet needs them, attacks do."""
    raise ValueError("a document type declaration")


def _parse(
    archive: zipfile.ZipFile, part: str, *, start: Callable[[str, dict[str, str]], None]
) -> None:
    parser = _parser()
    parser.StartElementHandler = start
    with archive.open(part) as stream:
        _feed(parser, stream)


def _fed(parser: expat.XMLParserType, stream: IO[bytes]) -> Iterator[None]:
    """Feed the parser block by block, with a pause after each."""
    while block := stream.read(BLOCK):
        parser.Parse(block)
        yield
    parser.Parse(b"", True)  # noqa: FBT003 -- expat takes it by position
    yield


def _feed(parser: expat.XMLParserType, stream: IO[bytes]) -> None:
    for _ in _fed(parser, stream):
        pass


class _Words:
    """The shared texts of a workbook in one piece of memory: millions of `str` take too much."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._ends = array("Q", [0])

    def add(self, word: str) -> None:
        """Keep one more text."""
        self._bytes += word.encode("utf-8", "replace")
        self._ends.append(len(self._bytes))

    def __getitem__(self, number: int) -> str:
        if number < 0:
            raise IndexError(number)
        ends = self._ends
        return self._bytes[ends[number] : ends[number + 1]].decode()


class _Text:
    """Puts a text together out of its runs; how it is read aloud (rPh) is no part of it."""

    def __init__(self) -> None:
        self.pieces: list[str] = []  # since the last element began or ended
        self.text = ""
        self._before_aloud = ""

    def start(self, kind: str) -> None:
        """Begin an element."""
        if kind == "rPh":
            self._before_aloud = self.text
        self.pieces.clear()

    def end(self, kind: str) -> None:
        """End an element."""
        if kind in {"t", "v"}:
            self.text += "".join(self.pieces)
        elif kind == "rPh":
            self.text = self._before_aloud
        self.pieces.clear()


def _shared_words(archive: zipfile.ZipFile) -> _Words:
    words, reading = _Words(), _Text()
    if _SHARED not in archive.namelist():
        return words

    def start(name: str, _attributes: dict[str, str]) -> None:
        kind = _local(name)
        if kind == "si":
            reading.text = ""
        reading.start(kind)

    def end(name: str) -> None:
        kind = _local(name)
        reading.end(kind)
        if kind == "si":
            words.add(reading.text)

    parser = _parser()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = reading.pieces.append
    with archive.open(_SHARED) as stream:
        _feed(parser, stream)
    return words


def _rows(archive: zipfile.ZipFile, part: str, words: _Words) -> Iterator[list[str]]:
    sheet = _Sheet(words)
    parser = _parser()
    parser.StartElementHandler, parser.EndElementHandler = sheet.begin, sheet.finish
    parser.CharacterDataHandler = sheet.pieces.append
    with archive.open(part) as stream:
        for _ in _fed(parser, stream):
            yield from sheet.taken()


class _Sheet(_Text):
    """What the parser has seen of a sheet since it was last asked.

    Called some thirty million times for 750,000 people, so it does little and looks up little.
    """

    def __init__(self, words: _Words) -> None:
        super().__init__()
        self._words = words
        self._done: list[list[str]] = []
        self._row: list[str] = []
        self._number = 0
        self._place = -1
        self._kind = ""
        self._places: dict[str, int] = {}
        self._local: dict[str, str] = {}

    def taken(self) -> list[list[str]]:
        """Return the rows that are complete, once."""
        done, self._done = self._done, []
        return done

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        """Begin a row, a cell or a text."""
        kind = self._local.get(name) or self._local.setdefault(name, _local(name))
        if kind == "c":
            reference = attributes.get("r")
            self._place = self._place_of(reference) if reference else self._place + 1
            self._kind = attributes.get("t", "n")
            self.text = ""
        elif kind == "row":
            self._begin_row(attributes.get("r"))
        self.start(kind)

    def finish(self, name: str) -> None:
        """Keep what was read."""
        kind = self._local[name]
        self.end(kind)
        if kind == "c":
            self._end_cell()
        elif kind == "row":
            self._done.append(self._row)

    def _begin_row(self, reference: str | None) -> None:
        number = int(reference) if reference else self._number + 1
        if not self._number < number <= MOST_ROWS:
            raise ValueError("rows out of order")
        self._done.extend([[]] * (number - self._number - 1))
        self._number, self._row, self._place = number, [], -1

    def _end_cell(self) -> None:
        if self._place >= MOST_COLUMNS or not self.text:
            return
        if len(self.text) > LONGEST_CELL:
            raise ValueError("a cell that no spreadsheet can hold")
        row = self._row
        if gap := self._place - len(row):
            row.extend([""] * gap)
        row.append(self._value())

    def _value(self) -> str:
        if self._kind == "s":
            return self._words[int(self.text)]
        if self._kind == "n":
            return _number(self.text)
        if self._kind == "b":
            return "是" if self.text == "1" else "否"
        return self.text

    def _place_of(self, reference: str) -> int:
        letters = reference.rstrip("0123456789")
        place = self._places.get(letters)
        if place is None:
            place = self._places[letters] = _column(letters)
        if place <= self._place:
            raise ValueError("cells out of order")
        return place


def _column(letters: str) -> int:
    if not re.fullmatch("[A-Z]{1,3}", letters):
        raise ValueError("not a column")
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1


def _number(text: str) -> str:
    """Return a number as it was typed; one whose last digits are lost stays visibly so."""
    if text.isdigit() and len(text) <= _DIGITS_KEPT:
        return text
    value = float(text)
    if value.is_integer() and abs(value) < 10**_DIGITS_KEPT:
        return str(int(value))
    return f"{value:.6E}" if abs(value) >= 10**_DIGITS_KEPT else text
