"""Read a workbook that we wrote, as a test looks at it."""

from __future__ import annotations

import io
import zipfile
from xml.etree import ElementTree as ET

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def sheet_of(content: bytes) -> list[list[str]]:
    """Return the cells of the only sheet, row by row, as text."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        root = ET.fromstring(archive.read("xl/worksheets/sheet1.xml"))  # noqa: S314 -- our own file
    return [_cells(row) for row in root.iter(f"{_MAIN}row")]


def _cells(row: ET.Element) -> list[str]:
    placed = {_place(str(cell.get("r"))): "".join(cell.itertext()) for cell in row}
    return [placed.get(place, "") for place in range(max(placed, default=-1) + 1)]


def _place(name: str) -> int:
    place = 0
    for letter in name.rstrip("0123456789"):
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1
