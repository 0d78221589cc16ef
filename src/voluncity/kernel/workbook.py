"""Write a table as a workbook (XLSX), row by row, in little memory (ECMA-376 part 1)."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO
from xml.sax.saxutils import escape, quoteattr

Cell = str | int | None

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_PART = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PACKAGE_TYPE = "application/vnd.openxmlformats-package"
_DECLARED = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_ROWS_AT_ONCE = 1_000
_LONGEST_NAME = 31
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\]")
# XML 1.0 has no way to write these.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# A cell that begins so is a formula to a spreadsheet, at the latest when it was saved as CSV.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
# Style 1 is text, so that a long number keeps all its digits; 2 is a number; 3 a heading.
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/></font>'
    '<font><b/><sz val="11"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="4"><xf xfId="0"/><xf numFmtId="49" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="3" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="49" fontId="1" xfId="0" applyNumberFormat="1" applyFont="1"/>'
    "</cellXfs></styleSheet>"
)


def harmless(text: str) -> str:
    """Return the text so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def write_sheet(
    out: Path | IO[bytes],
    *,
    name: str,
    columns: Sequence[tuple[str, int]],
    rows: Iterable[Sequence[Cell]],
) -> int:
    """Write one sheet with a heading that stays in view; return how many rows it has below.

    `columns` are headings with their width in characters. Whole numbers become numbers, everything
    else text, also what is typed into an empty cell later; what looks like a formula is made
    harmless.
    """
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for part, xml in _parts(name).items():
            archive.writestr(part, _DECLARED + xml)
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(_opening(columns).encode())
            written = 0
            for written, text in _batches(rows, first=2):  # noqa: B007 -- the last one counts
                sheet.write(text.encode())
            sheet.write(b"</sheetData></worksheet>")
    return written


def _parts(name: str) -> dict[str, str]:
    title = quoteattr(_NOT_IN_NAMES.sub(" ", name)[:_LONGEST_NAME])
    return {
        "[Content_Types].xml": (
            f'<Types xmlns="{_PACKAGE}/content-types">'
            f'<Default Extension="rels" ContentType="{_PACKAGE_TYPE}.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_PART}.sheet.main+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{_PART}.styles+xml"/>'
            f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_PART}.worksheet+xml"/>'
            "</Types>"
        ),
        "_rels/.rels": (
            f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
            f'Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
        ),
        "xl/workbook.xml": (
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}">'
            f'<sheets><sheet name={title} sheetId="1" r:id="rId1"/></sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": (
            f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
            f'Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/><Relationship '
            f'Id="rId2" Type="{_RELATIONS}/styles" Target="styles.xml"/></Relationships>'
        ),
        "xl/styles.xml": _STYLES,
    }


def _opening(columns: Sequence[tuple[str, int]]) -> str:
    widths = "".join(
        f'<col min="{place}" max="{place}" width="{width}" style="1" customWidth="1"/>'
        for place, (_, width) in enumerate(columns, start=1)
    )
    heading = "".join(
        _text_cell(f"{letters(place)}1", label, style=3) for place, (label, _) in enumerate(columns)
    )
    return (
        f'{_DECLARED}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
        f'</sheetView></sheetViews><cols>{widths}</cols><sheetData><row r="1">{heading}</row>'
    )


def _batches(rows: Iterable[Sequence[Cell]], *, first: int) -> Iterator[tuple[int, str]]:
    """Return the rows in portions of text, each with how many rows there are up to its end."""
    ready: list[str] = []
    count = 0
    for count, row in enumerate(rows, start=1):
        ready.append(_row(first + count - 1, row))
        if len(ready) == _ROWS_AT_ONCE:
            yield count, "".join(ready)
            ready.clear()
    yield count, "".join(ready)


def _row(number: int, cells: Sequence[Cell]) -> str:
    written = [
        _cell(f"{letters(place)}{number}", cell)
        for place, cell in enumerate(cells)
        if cell is not None and cell != ""
    ]
    return f'<row r="{number}">{"".join(written)}</row>'


def _cell(place: str, cell: str | int) -> str:
    if isinstance(cell, int):
        return f'<c r="{place}" s="2"><v>{int(cell)}</v></c>'
    return _text_cell(place, cell, style=1)


def _text_cell(place: str, text: str, *, style: int) -> str:
    clean = escape(_NOT_IN_XML.sub("", harmless(text)))
    return (
        f'<c r="{place}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{clean}</t></is></c>'
    )


def letters(place: int) -> str:
    """Return the name of a column: 0 is A, 26 is AA."""
    named = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        named = chr(ord("A") + rest) + named
    return named
