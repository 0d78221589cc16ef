"""Write a table as CSV or XLSX, row by row: the template, and fictional lists for tests."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO
from xml.sax.saxutils import escape

from voluncity.city.people.lists.columns import COLUMNS, NOTE

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PACKAGE_TYPE = "application/vnd.openxmlformats-package"
_DECLARED = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_LAST_COLUMN = 16_384
_ROWS_AT_ONCE = 2_000
# Style 1 is “文本”: a typed identity number keeps all its digits.
_PARTS = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        f'<Default Extension="rels" ContentType="{_PACKAGE_TYPE}.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/>'
        "</Types>"
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/>'
        "</Relationships>"
    ),
    "xl/workbook.xml": (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}">'
        '<sheets><sheet name="志愿者名单" sheetId="1" r:id="rId1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{_RELATIONS}/styles" Target="styles.xml"/>'
        "</Relationships>"
    ),
    "xl/styles.xml": (
        f'<styleSheet xmlns="{_MAIN}"><fonts count="1"><font><sz val="11"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
        '<cellXfs count="2"><xf xfId="0"/><xf numFmtId="49" xfId="0" applyNumberFormat="1"/>'
        "</cellXfs></styleSheet>"
    ),
}


def write_template(path: Path) -> None:
    """Write an empty list that says in its second row what belongs into each column."""
    write_table(path, template_rows())


def template_rows() -> list[list[str]]:
    """Return the header of an empty list, and what belongs into each column."""
    shown = [column for column in COLUMNS if column.is_in_template]
    notes = [column.note for column in shown]
    notes[0] = f"{NOTE}（导入时跳过这一行）：{notes[0]}"
    return [[column.title for column in shown], notes]


def write_table(path: Path, rows: Iterable[Sequence[str]]) -> None:
    """Write the rows as XLSX where the file is called so, else as CSV that Excel understands."""
    if path.suffix.lower() == ".xlsx":
        write_workbook(path, rows)
        return
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)


def write_workbook(path: Path | IO[bytes], rows: Iterable[Sequence[str]]) -> None:
    """Write the rows as XLSX; all cells are texts, so that no program takes one for a formula."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, xml in _PARTS.items():
            archive.writestr(name, _DECLARED + xml)
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(
                f'{_DECLARED}<worksheet xmlns="{_MAIN}"><cols><col min="1" max="{_LAST_COLUMN}" '
                'width="22" style="1" customWidth="1"/></cols><sheetData>'.encode()
            )
            ready: list[str] = []
            for number, row in enumerate(rows, start=1):
                ready.append(_row(number, row))
                if len(ready) == _ROWS_AT_ONCE:
                    sheet.write("".join(ready).encode())
                    ready.clear()
            sheet.write(("".join(ready) + "</sheetData></worksheet>").encode())


def _row(number: int, cells: Sequence[str]) -> str:
    written = [
        f'<c r="{_letters(place)}{number}" s="1" t="inlineStr"><is><t>{escape(cell)}</t></is></c>'
        for place, cell in enumerate(cells)
        if cell
    ]
    return f'<row r="{number}">{"".join(written)}</row>'


def _letters(place: int) -> str:
    """Return the name of a column: 0 is A, 26 is AA."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
