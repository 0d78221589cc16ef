"""Workbooks as offices have them, byte by byte: XLSX with any parts, and the old binary XLS."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import NamedTuple
from xml.sax.saxutils import escape

Cell = str | int | float | bool | None
Rows = Sequence[Sequence[Cell]]
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


class Tab(NamedTuple):
    """One sheet of an XLSX."""

    name: str
    rows: Rows
    state: str = "visible"
    after: str = ""  # XML behind the rows, such as merged cells
    hidden_rows: tuple[int, ...] = ()


def xlsx(*tabs: Tab, parts: Mapping[str, bytes | str] | None = None, level: int = 6) -> bytes:
    """Return an XLSX with these sheets; `parts` are added, or replace what is usual."""
    sheets = "".join(
        f'<sheet name="{tab.name}" sheetId="{n}" state="{tab.state}" r:id="rId{n}"/>'
        for n, tab in enumerate(tabs, start=1)
    )
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{LINKS}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n, _ in enumerate(tabs, start=1)
    )
    whole: dict[str, bytes | str] = {
        "[Content_Types].xml": "<Types/>",
        "xl/workbook.xml": (
            f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets>{sheets}</sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": f"<Relationships>{links}</Relationships>",
    }
    for n, tab in enumerate(tabs, start=1):
        whole[f"xl/worksheets/sheet{n}.xml"] = _sheet(tab)
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name, content in (whole | dict(parts or {})).items():
            archive.writestr(name, content)
    return out.getvalue()


def _sheet(tab: Tab) -> str:
    rows = []
    for number, row in enumerate(tab.rows, start=1):
        hidden = ' hidden="1"' if number in tab.hidden_rows else ""
        cells = "".join(_cell(value, number, place) for place, value in enumerate(row))
        rows.append(f'<row r="{number}"{hidden}>{cells}</row>')
    return (
        f'<worksheet xmlns="{MAIN}"><dimension ref="A1:Z{len(tab.rows)}"/>'
        f"<sheetData>{''.join(rows)}</sheetData>{tab.after}</worksheet>"
    )


def _cell(value: Cell, row: int, place: int) -> str:
    at = f'r="{chr(65 + place)}{row}"'
    if value is None:
        return ""
    if isinstance(value, bool):
        return f'<c {at} t="b"><v>{int(value)}</v></c>'
    if isinstance(value, int | float):
        return f"<c {at}><v>{value!r}</v></c>"
    if value.startswith("="):  # a formula with the result that the program kept
        formula, _, kept = value[1:].partition("|")
        return f'<c {at} t="str"><f>{escape(formula)}</f><v>{escape(kept)}</v></c>'
    return f'<c {at} t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'


# -- XLS: BIFF8 records in a compound file ([MS-XLS], [MS-CFB]) ---------------------------------

_BOF = struct.pack("<HHHHII", 0x0600, 0, 0x0DBB, 0x07CC, 0, 6)
_DATE_FORMAT = 14


class Day(float):
    """A day as a spreadsheet keeps it: a number with the format of a date."""


def xls(rows: Sequence[Sequence[Cell | Day]], *, name: str = "名单", locked: bool = False) -> bytes:
    """Return an old workbook with one sheet."""
    return compound({"Workbook": _workbook(rows, name, locked=locked)})


def _workbook(rows: Sequence[Sequence[Cell | Day]], name: str, *, locked: bool) -> bytes:
    head = _record(0x0809, struct.pack("<HH", 0x0600, 0x0005) + _BOF[4:])
    if locked:
        head += _record(0x002F, struct.pack("<HHH", 1, 1, 1) + bytes(48))
    head += _record(0x0042, struct.pack("<H", 1200))
    for form in (0, _DATE_FORMAT):
        head += _record(0x00E0, struct.pack("<HHHBBBBIiH", 0, form, 1, 0, 0, 0, 0, 0, 0, 0))
    title = name.encode("utf-16-le")
    where = len(head) + 4 + 8 + len(title) + 4
    bound = struct.pack("<IBBBB", where, 0, 0, len(name), 1) + title
    head += _record(0x0085, bound) + _record(0x000A, b"")
    sheet = _record(0x0809, struct.pack("<HH", 0x0600, 0x0010) + _BOF[4:])
    for number, row in enumerate(rows):
        for place, value in enumerate(row):
            sheet += _xls_cell(number, place, value)
    return head + sheet + _record(0x000A, b"")


def _xls_cell(row: int, place: int, value: Cell | Day) -> bytes:
    if value is None:
        return b""
    if isinstance(value, bool):
        return _record(0x0205, struct.pack("<HHHBB", row, place, 0, value, 0))
    if isinstance(value, int | float):
        form = 1 if isinstance(value, Day) else 0
        return _record(0x0203, struct.pack("<HHHd", row, place, form, value))
    text = value.encode("utf-16-le")
    return _record(0x0204, struct.pack("<HHHHB", row, place, 0, len(text) // 2, 1) + text)


def _record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


_SECTOR, _SMALLEST = 512, 4096
_FREE, _END, _FAT = -1, -2, -3


def compound(streams: Mapping[str, bytes]) -> bytes:
    """Return a compound file with these streams (up to three, 60 KB together)."""
    table, body, entries = [_FAT, _END], b"", [_entry("Root Entry", 5, child=1)]
    for number, (name, content) in enumerate(streams.items(), start=1):
        padded = content.ljust(_SMALLEST, b"\0")
        padded += bytes(-len(padded) % _SECTOR)
        start, count = len(table), len(padded) // _SECTOR
        table += [*range(start + 1, start + count), _END]
        body += padded
        right = number + 1 if number < len(streams) else -1
        entries.append(_entry(name, 2, right=right, start=start, size=len(padded)))
    table += [_FREE] * (_SECTOR // 4 - len(table))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<iiiiiiiiii", 0, 1, 1, 0, _SMALLEST, _END, 0, _END, 0, 0)
    header += struct.pack("<108i", *[_FREE] * 108)
    directory = b"".join(entries).ljust(_SECTOR, b"\0")
    return header + struct.pack(f"<{len(table)}i", *table) + directory + body


def _entry(
    name: str, kind: int, *, right: int = -1, child: int = -1, start: int = _END, size: int = 0
) -> bytes:
    raw = name.encode("utf-16-le")
    return (
        raw.ljust(64, b"\0")
        + struct.pack("<HBBiii", len(raw) + 2, kind, 1, -1, right, child)
        + bytes(36)
        + struct.pack("<iII", start, size, 0)
    )
