"""The XML inside an XLSX file, put together into rows of texts."""

from __future__ import annotations

import re
import zipfile
from array import array
from collections.abc import Callable, Iterator
from typing import IO
from xml.parsers import expat

from voluncity.city.people.lists.table import (
    DIGITS_KEPT,
    MOST_COLUMNS,
    Table,
    number_text,
    unreadable,
)

BLOCK = 256 * 1024
MOST_ROWS = 1_048_576
MOST_WORDS_BYTES = 256 * 1024 * 1024  # shared texts, which stay in memory
LONGEST_CELL = 32_767  # as in Excel
MOST_MERGED = 1_000
_MERGED = re.compile(r"[A-Z]+([0-9]+):[A-Z]+([0-9]+)")


def local(name: str) -> str:
    return name.rpartition(":")[2]


def parser_of() -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def _refuse_doctype(*_declared: object) -> None:
    """Refuse entities of one's own: no spreadsheet needs them, attacks do."""
    raise ValueError("a document type declaration")


def parse(
    archive: zipfile.ZipFile, part: str, *, start: Callable[[str, dict[str, str]], None]
) -> None:
    parser = parser_of()
    parser.StartElementHandler = start
    with archive.open(part) as stream:
        feed(parser, stream)


def fed(parser: expat.XMLParserType, stream: IO[bytes]) -> Iterator[None]:
    """Feed the parser block by block, with a pause after each."""
    while block := stream.read(BLOCK):
        parser.Parse(block)
        yield
    parser.Parse(b"", True)  # noqa: FBT003 -- expat takes it by position
    yield


def feed(parser: expat.XMLParserType, stream: IO[bytes]) -> None:
    for _ in fed(parser, stream):
        pass


class SharedWords:
    """The shared texts of a workbook in one piece of memory: millions of `str` take too much."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._ends = array("Q", [0])

    def add(self, word: str) -> None:
        """Keep one more text.

        :raises BadInput: when there are too many to be kept.
        """
        self._bytes += word.encode("utf-8", "replace")
        if len(self._bytes) > MOST_WORDS_BYTES:
            raise unreadable("这个表格的文字太多，请拆成几个文件，或另存为 CSV 再导入。")
        self._ends.append(len(self._bytes))

    def __getitem__(self, number: int) -> str:
        if number < 0:
            raise IndexError(number)
        ends = self._ends
        return self._bytes[ends[number] : ends[number + 1]].decode()


class Text:
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


class Sheet(Text):
    """What the parser has seen of a sheet since it was last asked.

    Called some thirty million times for 750,000 people, so it does little and looks up little.
    """

    def __init__(self, words: SharedWords, table: Table) -> None:
        super().__init__()
        self._words = words
        self._table = table
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
        kind = self._local.get(name) or self._local.setdefault(name, local(name))
        if kind == "c":
            reference = attributes.get("r")
            self._place = self._place_of(reference) if reference else self._place + 1
            self._kind = attributes.get("t", "n")
            self.text = ""
        elif kind == "row":
            self._begin_row(attributes.get("r"))
            if attributes.get("hidden", "0") not in {"0", "false"}:
                self._table.hidden_rows.add(self._number)
        elif kind == "mergeCell":
            self._note_merged(attributes.get("ref", ""))
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

    def _note_merged(self, reference: str) -> None:
        """Keep a few of the cells that were merged downward: only the first of them is filled."""
        found = _MERGED.fullmatch(reference)
        if found and found[1] != found[2] and len(self._table.merged) < MOST_MERGED:
            self._table.merged.append(reference)

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
    if text.isdigit() and len(text) <= DIGITS_KEPT:
        return text
    value = float(text)
    # What is no whole number stays as it is written: 45356.5, 0.1.
    return number_text(value) if value.is_integer() or abs(value) >= 10**DIGITS_KEPT else text
