from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from voluncity.kernel import workbook
from voluncity.testing.sheets import sheet_of


def written(path: Path, *rows: list[workbook.Cell]) -> list[list[str]]:
    columns = [("姓名", 12), ("编号", 20)]
    assert workbook.write_sheet(path, name="名册", columns=columns, rows=rows) == len(rows)
    return sheet_of(path.read_bytes())


def test_a_sheet_says_what_was_put_into_it(tmp_path: Path) -> None:
    rows = written(tmp_path / "a.xlsx", ["王芳", "140100000001"], ["李强", 7], [None, ""])
    assert rows == [["姓名", "编号"], ["王芳", "140100000001"], ["李强", "7"], []]


def test_a_long_number_stays_text_and_a_whole_number_is_one(tmp_path: Path) -> None:
    written(tmp_path / "a.xlsx", ["140106199005010021", 12])
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert '<c r="A2" s="1" t="inlineStr">' in sheet
    assert '<c r="B2" s="2"><v>12</v></c>' in sheet


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+86", "-2", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "＋1", "－1", "＠x"],
)
def test_no_cell_is_a_formula(tmp_path: Path, text: str) -> None:
    [_, [cell]] = written(tmp_path / "a.xlsx", [text])
    # XML turns a carriage return into a line feed; what matters is what stands before it.
    assert cell.replace("\n", "\r") == f"'{text}"


def test_what_no_workbook_can_say_is_left_out(tmp_path: Path) -> None:
    [_, [cell]] = written(tmp_path / "a.xlsx", ["王\x00芳\x0b<&>\ud800\uffff😀"])
    assert cell == "王芳<&>😀"


def test_thousands_of_rows_are_streamed_in_order(tmp_path: Path) -> None:
    people: list[list[str | int | None]] = [[f"第{n}人", n] for n in range(2_500)]
    rows = written(tmp_path / "a.xlsx", *people)
    assert rows[1:] == [[f"第{n}人", str(n)] for n in range(2_500)]


def test_a_sheet_may_be_called_anything(tmp_path: Path) -> None:
    name = '名册/[2026]:*?\\ "迎泽区" ' * 3
    workbook.write_sheet(tmp_path / "a.xlsx", name=name, columns=[("列", 9)], rows=[])
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        book = archive.read("xl/workbook.xml").decode()
    assert "<sheet name='名册  2026      &quot;" in book or "name=" in book
    assert sheet_of((tmp_path / "a.xlsx").read_bytes()) == [["列"]]


@pytest.mark.parametrize(("place", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ")])
def test_columns_have_letters(place: int, name: str) -> None:
    assert workbook.letters(place) == name
