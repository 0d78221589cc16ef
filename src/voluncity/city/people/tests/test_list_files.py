"""Files as people send them: encodings, spreadsheets, and files made to do harm."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path

import pytest

from voluncity.city.people.lists import columns, tables, workbook
from voluncity.city.people.lists.columns import COLUMNS, KEYS, TITLES
from voluncity.city.people.lists.finding import find_list
from voluncity.city.people.lists.source import on_disk
from voluncity.city.people.lists.writing import write_table, write_template
from voluncity.kernel.refusals import BadInput

ROWS = [["姓名", "证件号码"], ["王芳", "140106199005010021"], ["李，\n强", 'a"b&<c>']]
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
BROKEN = "这个表格文件已损坏或加了密码，请用 Excel 或 WPS 打开，另存为 .xlsx 再导入。"


def records_of(path: Path) -> Iterator[list[str]]:
    return next(tables.tables(on_disk(path))).records


def read(path: Path) -> list[list[str]]:
    return list(records_of(path))


def refused(path: Path) -> str:
    with pytest.raises(BadInput) as caught:
        read(path)
    return caught.value.sentence


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_text_file_is_read_in_each_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "名单.csv"
    path.write_text('姓名,证件号码\r\n王芳,140106\r\n"李,强","a\n""b"\r\n', encoding=encoding)
    assert read(path) == [["姓名", "证件号码"], ["王芳", "140106"], ["李,强", 'a\n"b']]


def test_the_unicode_text_of_excel_is_read(tmp_path: Path) -> None:
    path = tmp_path / "名单.txt"
    path.write_text("姓名\t证件号码\r\n王芳\t140106\r\n", encoding="utf-16")
    assert read(path) == [["姓名", "证件号码"], ["王芳", "140106"]]


def test_rare_characters_survive_gb18030(tmp_path: Path) -> None:
    path = tmp_path / "名单.csv"
    path.write_text("姓名\n" + "王芳\n" * 40_000 + "㛃䶮𬭎\n", encoding="gb18030")
    assert read(path)[-1] == ["㛃䶮𬭎"]


@pytest.mark.parametrize("name", ["名单.csv", "名单.xlsx", "名单.XLSX"])
def test_what_is_written_is_read_again(tmp_path: Path, name: str) -> None:
    write_table(tmp_path / name, ROWS)
    assert read(tmp_path / name) == ROWS


@pytest.mark.parametrize("name", ["模板.csv", "模板.xlsx"])
def test_the_template_names_and_explains_every_column(tmp_path: Path, name: str) -> None:
    write_template(tmp_path / name)

    titles, notes = read(tmp_path / name)

    shown = [column for column in COLUMNS if column.is_in_template]
    assert titles == [column.title for column in shown]
    assert notes[0] == "填写说明（导入时跳过这一行）：必填，与证件上一致"
    assert notes[1:] == [column.note for column in shown[1:]]
    assert columns.find_header(records_of(tmp_path / name)).known == tuple(
        column.key for column in shown
    )


def test_an_open_quotation_mark_swallows_nobody(tmp_path: Path) -> None:
    path = tmp_path / "名单.csv"
    path.write_text('姓名,证件号码\n王芳,1\n"李强,2\n赵敏,3\n', encoding="utf-8")
    records = records_of(path)
    assert list(islice(records, 2)) == [["姓名", "证件号码"], ["王芳", "1"]]
    with pytest.raises(BadInput, match="引号没有成对"):
        list(records)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "这个文件是空的，请核对后重新选择。"),
        (b" \r\n \r\n", "这个文件是空的，请核对后重新选择。"),
        (b"PK\x03\x04 and nothing more", BROKEN),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "名单.xlsx"
    path.write_bytes(content)
    assert refused(path) == sentence


def test_a_missing_file_is_said_plainly(tmp_path: Path) -> None:
    assert refused(tmp_path / "没有.csv") == "打不开文件“没有.csv”，请核对文件名和读取权限。"


def test_a_list_longer_than_any_city_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "MOST_RECORDS", 2)
    write_table(tmp_path / "名单.csv", ROWS)
    assert refused(tmp_path / "名单.csv") == "一个文件最多 2 行，请拆成几个文件再导入。"


# -- XLSX as other programs write it ------------------------------------------------------------


def book(path: Path, sheet: str, **parts: str) -> Path:
    """Write a workbook with this sheet, as compact as some programs do."""
    usual = {
        "xl/workbook.xml": (
            f'<x:workbook xmlns:x="{MAIN}" xmlns:r="r"><x:workbookPr/><x:sheets>'
            '<x:sheet name="a" sheetId="1" r:id="rId7"/><x:sheet name="b" r:id="rId8"/>'
            "</x:sheets></x:workbook>"
        ),
        "xl/_rels/workbook.xml.rels": (
            '<Relationships><Relationship Id="rId8" Target="worksheets/other.xml"/>'
            '<Relationship Id="rId7" Target="/xl/worksheets/first.xml"/></Relationships>'
        ),
        "xl/worksheets/first.xml": f'<worksheet xmlns="{MAIN}">{sheet}</worksheet>',
    }
    named: Mapping[str, str] = usual | {
        name.replace("__", "/") + ".xml": xml for name, xml in parts.items()
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, xml in named.items():
            archive.writestr(name, xml)
    return path


def test_shared_texts_numbers_and_gaps_are_read_as_they_look(tmp_path: Path) -> None:
    shared = (
        f'<sst xmlns="{MAIN}"><si><t>姓名</t></si><si><r><t>王</t></r><r><t>芳</t></r>'
        "<rPh><t>wang fang</t></rPh></si><si><t/></si></sst>"
    )
    sheet = (
        '<sheetData><row r="2"><c r="A2" t="s"><v>0</v></c><c r="C2"><v>13903510001</v></c></row>'
        '<row r="4"><c r="A4" t="s"><v>1</v></c><c r="B4" s="3"/><c r="C4"><v>1.390351E10</v></c>'
        '<c r="D4"><v>45356.0</v></c><c r="E4" t="b"><v>1</v></c><c r="F4" t="e"><v>#N/A</v></c>'
        '<c r="G4" t="str"><f>A1&amp;"x"</f><v>公式</v></c><c r="H4"><v>1.5</v></c></row>'
        "<row><c><v>7</v></c><c t='s'><v>2</v></c><c t='inlineStr'><is><t>a</t><rPh><t>b</t></rPh>"
        "</is></c></row></sheetData>"
    )
    path = book(tmp_path / "名单.xlsx", sheet, xl__sharedStrings=shared)
    assert read(path) == [
        [],
        ["姓名", "", "13903510001"],
        [],
        ["王芳", "", "13903510000", "45356", "是", "#N/A", "公式", "1.5"],
        ["7", "", "a"],
    ]


@pytest.mark.parametrize("typed", ["140106199005010000", "1.40106199005010E+17"])
def test_an_identity_number_that_lost_its_end_is_not_taken_for_one(
    tmp_path: Path, typed: str
) -> None:
    sheet = f'<sheetData><row r="1"><c r="A1"><v>{typed}</v></c></row></sheetData>'
    assert read(book(tmp_path / "名单.xlsx", sheet)) == [["1.401062E+17"]]


@pytest.mark.parametrize(
    "sheet",
    [
        '<sheetData><row r="1"><c r="A1" t="s"><v>5</v></c></row></sheetData>',
        '<sheetData><row r="1"><c r="A1" t="s"><v>-1</v></c></row></sheetData>',
        '<sheetData><row r="1"><c r="A1" t="s"><v>x</v></c></row></sheetData>',
        '<sheetData><row r="1"><c r="1A"><v>1</v></c></row></sheetData>',
        '<sheetData><row r="2"/><row r="1"/></sheetData>',
        '<sheetData><row r="9999999999"/></sheetData>',
        '<sheetData><row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>1</v></c></row></sheetData>',
        f'<sheetData><row><c t="str"><v>{"x" * 40_000}</v></c></row></sheetData>',
        '<sheetData><row r="1"><c r="A1"><v>1</v></row></sheetData>',
        "<sheetData><row",
    ],
)
def test_a_broken_sheet_is_refused_with_a_sentence(tmp_path: Path, sheet: str) -> None:
    assert refused(book(tmp_path / "名单.xlsx", sheet)) == BROKEN


def test_columns_that_nobody_fills_take_no_room(tmp_path: Path) -> None:
    sheet = '<sheetData><row r="1"><c r="A1"><v>1</v></c><c r="XFD1"><v>2</v></c></row></sheetData>'
    assert read(book(tmp_path / "名单.xlsx", sheet)) == [["1"]]


def test_entities_of_ones_own_are_refused(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>'
    path = book(tmp_path / "名单.xlsx", "", xl__worksheets__first=bomb)
    assert refused(path) == BROKEN


def test_a_file_that_swells_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    path = book(tmp_path / "名单.xlsx", " " * (workbook.RATIO_FROM + 1))
    assert refused(path) == "这个表格文件的压缩率不正常，可能有问题，请另存为 CSV 再导入。"


def test_another_calendar_is_refused(tmp_path: Path) -> None:
    other = '<workbook><workbookPr date1904="1"/><sheets/></workbook>'
    path = book(tmp_path / "名单.xlsx", "", xl__workbook=other)
    assert refused(path) == "这个表格用的是 1904 年日期系统，日期会差四年，请另存为 CSV 再导入。"


def test_a_workbook_without_a_sheet_is_refused(tmp_path: Path) -> None:
    path = book(tmp_path / "名单.xlsx", "", xl__workbook="<workbook><sheets/></workbook>")
    with pytest.raises(BadInput, match="这个文件里没有工作表"):
        find_list(on_disk(path))


def test_a_long_sheet_is_read_as_a_stream(tmp_path: Path) -> None:
    rows = "".join(
        f'<row r="{number}"><c r="A{number}"><v>{number}</v></c></row>'
        for number in range(1, 20_001)
    )
    records = records_of(book(tmp_path / "名单.xlsx", f"<sheetData>{rows}<broken"))
    assert list(islice(records, 3)) == [["1"], ["2"], ["3"]]  # the end was not looked at
    with pytest.raises(BadInput, match="已损坏"):
        list(records)


# -- The header -------------------------------------------------------------------------------


def header(*titles: str) -> columns.Header:
    return columns.find_header(iter([["2026 年志愿者名单"], [], list(titles)]))


def test_the_header_is_found_below_a_title_under_usual_names() -> None:
    found = header("序号", "*姓名", "身份证号（必填）", "联系电话", " 居住社区", "本人已同意")
    places = dict(zip(KEYS, found.places, strict=True))
    assert {key: place for key, place in places.items() if place >= 0} == {
        "name": 1,
        "id_number": 2,
        "phone": 3,
        "region": 4,
        "agreed": 5,
    }
    assert (found.unknown, found.row) == (("序号",), 3)


@pytest.mark.parametrize(
    ("titles", "sentence"),
    [
        (
            ["姓名", "证件号码", "本人同意"],
            "表头里没有“所在社区”这一列，请对照模板补上。",
        ),
        (
            ["姓名", "证件号码", "所在社区", "本人同意", "手机", "电话"],
            "表头里有两列都是“手机号”，请删去一列再导入。",
        ),
        (["姓名", *["x"] * 200], "表头超过 200 列，请删去多余的列再导入。"),
        (
            ["a", "b"],
            "前 20 行里没有找到表头（姓名、证件号码等）。请对照模板整理后再导入。",
        ),
    ],
)
def test_a_header_that_is_not_ours_is_refused(titles: list[str], sentence: str) -> None:
    with pytest.raises(BadInput) as caught:
        header(*titles)
    assert caught.value.sentence == sentence


def test_every_column_has_a_title_of_its_own() -> None:
    words = [word for column in COLUMNS for word in (column.title, *column.also)]
    assert len(words) == len(set(words))
    assert set(TITLES) == set(KEYS)
