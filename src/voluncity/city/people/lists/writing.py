"""Write a table as CSV or XLSX, row by row: the template, and fictional lists for tests."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO

from voluncity.city.people.lists.columns import COLUMNS, NOTE
from voluncity.kernel import workbook

_SHEET, _WIDTH = "志愿者名单", 22


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


def write_workbook(out: Path | IO[bytes], rows: Iterable[Sequence[str]]) -> None:
    """Write the rows as XLSX; the first one is the heading."""
    rest = iter(rows)
    columns = [(title, _WIDTH) for title in next(rest, ())]
    workbook.write_sheet(out, name=_SHEET, columns=columns, rows=rest)
