"""Lists as they should not be, each with the sentence that its sender reads; and odd good ones.

Made by code, so that no binary file lies in the repository. Everybody is invented.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from io import BytesIO
from typing import NamedTuple

from voluncity.testing.make_books import MAIN, Cell, Day, Tab, compound, xls, xlsx
from voluncity.testing.make_lists import COMMUNITY
from voluncity.testing.make_people import make_id_number

HEAD = ("姓名", "身份证号", "手机号", "所在社区", "本人同意")
_SAVE = "请用 Excel 或 WPS 打开，另存为 .xlsx 再导入。"
_WORD = "这是 Word 文档，不是表格。请把名单复制到 Excel 或 WPS 表格里，另存为 .xlsx 再导入。"
_LOCKED = "这个文件加了密码，请用 Excel 或 WPS 打开，去掉密码后另存为 .xlsx 再导入。"
_MACROS = "这个文件带有宏。为安全起见不能导入，请另存为不带宏的 .xlsx 再导入。"
_BROKEN = f"这个表格文件已损坏或加了密码，{_SAVE}"
_BROKEN_OLD = f"这个表格文件已损坏，{_SAVE}"
_ARCHIVE = "这是压缩包，请解压后导入里面的表格。"
_PICTURE = "这是图片，不是表格。请把名单录入 Excel 或 WPS 表格，另存为 .xlsx 再导入。"
_SWOLLEN = "这个表格文件的压缩率不正常，可能有问题，请另存为 CSV 再导入。"
_NO_HEADER = "前 20 行里没有找到表头（姓名、证件号码等）。请对照模板整理后再导入。"
_LOST = "证件号码：这一格存成了数字，末几位已经丢失，请把这一列设为“文本”格式，再重新填写。"


class Hostile(NamedTuple):
    """A file and what is said about it."""

    kind: str
    name: str
    content: bytes
    says: str


def person(name: str = "王芳", **changed: Cell) -> list[Cell]:
    """Return the cells of somebody who may be registered, under `HEAD`."""
    usual: dict[str, Cell] = {
        "name": name, "id_number": make_id_number(), "phone": "13903510001", "region": COMMUNITY,
        "agreed": "是",
    }  # fmt: skip
    return list((usual | changed).values())


def book(*rows: Sequence[Cell]) -> bytes:
    """Return an XLSX with these rows."""
    return xlsx(Tab("名单", rows))


def text(*rows: Sequence[str], encoding: str = "utf-8", between: str = ",") -> bytes:
    """Return a text file with these rows."""
    return "".join(between.join(row) + "\r\n" for row in rows).encode(encoding)


def unreadable_files() -> list[Hostile]:
    """Return files that are no list at all."""
    return [*_other_kinds(), *_shut_or_broken(), *_without_a_list()]


def _other_kinds() -> list[Hostile]:
    return [
        Hostile("empty", "名单.xlsx", b"", "这个文件是空的，请核对后重新选择。"),
        Hostile("blank", "名单.csv", b" \r\n\r\n", "这个文件是空的，请核对后重新选择。"),
        Hostile(
            "pdf", "名单.xlsx", b"%PDF-1.7 and so on",
            "这是 PDF 文件，不是表格。请找到原来的表格文件，或录入 Excel 后再导入。",
        ),
        Hostile("jpeg", "名单.xls", b"\xff\xd8\xff\xe0 photo", _PICTURE),
        Hostile("png", "名单.csv", b"\x89PNG\r\n", _PICTURE),
        Hostile("rar", "名单.xlsx", b"Rar!\x1a\x07", _ARCHIVE),
        Hostile("zip of files", "名单.xlsx", _zip({"名单.csv": b"x"}), _ARCHIVE),
        Hostile("word", "名单.xlsx", _zip({"word/document.xml": b"<x/>"}), _WORD),
        Hostile("old word", "名单.xls", compound({"WordDocument": b"x"}), _WORD),
        Hostile("rtf", "名单.xls", b"{\\rtf1 list}", _WORD),
        Hostile(
            "slides", "名单.xlsx", _zip({"ppt/presentation.xml": b"<x/>"}),
            "这是演示文稿，不是表格，请核对后重新选择。",
        ),
        Hostile(
            "opendocument", "名单.xlsx", _zip({"content.xml": b"<x/>"}),
            "这是 OpenDocument 表格（.ods），请另存为 .xlsx 再导入。",
        ),
        Hostile(
            "binary workbook", "名单.xlsx", _zip({"xl/workbook.bin": b"x"}),
            "这是二进制工作簿（.xlsb），请用 Excel 另存为 .xlsx 再导入。",
        ),
        Hostile(
            "web page", "名单.xls", "<html><table><tr><td>姓名</td></tr></table>".encode(),
            f"这是网页格式的表格（有的系统导出时也叫 .xls），{_SAVE}",
        ),
        Hostile(
            "program", "名单.xlsx", b"MZ\x90\x00", "这是程序，不是表格，请核对后重新选择。"
        ),
        Hostile("binary", "名单.csv", b"\x01\x00\x02\x00", f"这不是能识别的表格文件，{_SAVE}"),
    ]  # fmt: skip


def _shut_or_broken() -> list[Hostile]:
    good = book(HEAD, person())
    bomb = xlsx(parts={"xl/worksheets/sheet1.xml": b" " * (20 * 1024 * 1024)}, level=9)
    entity = f'<!DOCTYPE l [<!ENTITY a "ha">]><worksheet xmlns="{MAIN}">&a;</worksheet>'
    return [
        Hostile(
            "macros", "名单.xlsm",
            xlsx(Tab("a", [HEAD, person()]), parts={"xl/vbaProject.bin": b"x"}), _MACROS,
        ),
        Hostile("old macros", "名单.xls", compound({"_VBA_PROJECT_CUR": b"x"}), _MACROS),
        Hostile(
            "password", "名单.xlsx",
            compound({"EncryptedPackage": b"x", "EncryptionInfo": b"y"}), _LOCKED,
        ),
        Hostile("old password", "名单.xls", xls([HEAD, person()], locked=True), _LOCKED),
        Hostile("cut off", "名单.xlsx", good[: len(good) // 2], _BROKEN),
        Hostile("only the start", "名单.xlsx", b"PK\x03\x04 and nothing more", _BROKEN),
        Hostile(
            "cut off, old", "名单.xls", xls([HEAD, person()])[:1_500], _BROKEN_OLD
        ),
        Hostile("no workbook inside, old", "名单.xls", compound({"Other": b"x"}), _BROKEN_OLD),
        Hostile(
            "broken sheet", "名单.xlsx",
            xlsx(Tab("a", [HEAD]), parts={"xl/worksheets/sheet1.xml": "<worksheet><row"}), _BROKEN,
        ),
        Hostile(
            "entities", "名单.xlsx",
            xlsx(Tab("a", [HEAD]), parts={"xl/worksheets/sheet1.xml": entity}), _BROKEN,
        ),
        Hostile("zip bomb", "名单.xlsx", bomb, _SWOLLEN),
        Hostile(
            "a thousand parts", "名单.xlsx",
            xlsx(Tab("a", [HEAD]), parts={f"x/{n}": b"" for n in range(5_001)}), _SWOLLEN,
        ),
        Hostile(
            "another calendar", "名单.xlsx",
            xlsx(Tab("a", [HEAD]), parts={
                "xl/workbook.xml": '<workbook><workbookPr date1904="1"/><sheets/></workbook>'
            }),
            "这个表格用的是 1904 年日期系统，日期会差四年，请另存为 CSV 再导入。",
        ),
    ]  # fmt: skip


def _without_a_list() -> list[Hostile]:
    return [
        Hostile("no sheet", "名单.xlsx", xlsx(), "这个文件里没有工作表，请核对后重新选择。"),
        Hostile(
            "hidden sheet", "名单.xlsx", xlsx(Tab("旧名单", [HEAD, person()], state="hidden")),
            "名单在隐藏的工作表“旧名单”里，请在 Excel 里取消隐藏，核对后再导入。",
        ),
        Hostile("no header", "名单.xlsx", book(person()), _NO_HEADER),
        Hostile(
            "header too deep", "名单.xlsx", book(*[["说明"]] * 20, HEAD, person()), _NO_HEADER
        ),
        Hostile(
            "wrong encoding", "名单.csv",
            text(["姓名", "字號"], ["王芳", "1"], encoding="big5", between="|"),
            _NO_HEADER,
        ),
        Hostile(
            "no number column", "名单.xlsx", book(["姓名", "手机"], ["王芳", "13903510001"]),
            "表头里没有“证件号码”这一列，请对照模板补上。",
        ),
        Hostile(
            "two phone columns", "名单.xlsx", book([*HEAD, "联系电话"], person()),
            "表头里有两列都是“手机号”，请删去一列再导入。",
        ),
        Hostile(
            "too wide", "名单.csv", text([*HEAD, *["x"] * 200]),
            "表头超过 200 列，请删去多余的列再导入。",
        ),
    ]  # fmt: skip


def _zip(parts: dict[str, bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def bad_rows() -> list[Hostile]:
    """Return lists with one person who cannot be registered."""
    number = make_id_number(sex="F")
    return [
        _row("number lost by the sheet", _LOST, id_number=1.40106199005010e17),
        _row("number lost in words", _LOST, id_number="4.10922E+17"),
        _row(
            "number rounded", (
                "证件号码：号码末几位是 0 且校验不通过，很可能存成数字时丢了末几位，"
                "请把这一列设为“文本”再重新填写。"
            ), id_number="140106199005011000",
        ),
        _row(
            "one digit wrong",
            "证件号码：身份证号校验不通过，可能有一位写错了，请对照证件逐位核对。",
            id_number=number[:-2] + str((int(number[-2]) + 1) % 10) + number[-1],
        ),
        _row(
            "old number", "证件号码：15 位的旧身份证号已经停用，请填写 18 位身份证号。",
            id_number="140106900501002",
        ),
        _row("no number", "证件号码：请填写身份证号。", id_number=""),
        _row(
            "name with a smile",
            "姓名：姓名只能是汉字（少数民族姓名可用“·”）或英文字母，请按证件上的姓名填写。",
            name="王芳😀",
        ),
        _row("phone lost", _LOST.replace("证件号码", "手机号"), phone="1.39E+10"),
        _row("short phone", "手机号：手机号应为 11 位数字，现在是 5 位，请核对。", phone="13903"),
        _row(
            "landline", "手机号：这不是有效的手机号，请填写 13 到 19 开头的 11 位手机号。",
            phone="0351-1234567",
        ),
        _row(
            "unknown place",
            "所在社区：本市没有“火星社区”，或已经停用，"
            "请填 12 位区划代码或从市写到社区（村）的全称。",
            region="火星社区",
        ),
        _row("no consent", "本人同意：没有本人同意不能登记，请取得签字后填“是”。", agreed="未"),
        *_contradictions(number),
    ]  # fmt: skip


def _contradictions(number: str) -> list[Hostile]:
    twin = make_id_number()
    other_name = "这个证件号码已由另一个姓名登记，请对照证件核对姓名和号码。"
    return [
        Hostile(
            "sex against the number", "名单.xlsx",
            book([*HEAD, "性别"], [*person(id_number=number), "男"]),
            "性别：和证件号码对不上，请对照证件核对性别和号码。",
        ),
        Hostile(
            "birth against the number", "名单.xlsx",
            book([*HEAD, "出生年月日"], [*person(), "1954年3月5日"]),
            "出生日期：和证件号码里的出生日期不一样，请对照证件核对。",
        ),
        Hostile(
            "no such day", "名单.xlsx", book([*HEAD, "登记日期"], [*person(), "2025-02-30"]),
            "登记日期：日期不对，请写成 1990-05-01 这样。",
        ),
        Hostile(
            "twin with another name", "名单.xlsx",
            book(HEAD, person("李强", id_number=twin), person("李小强", id_number=twin)),
            other_name,
        ),
        Hostile(
            "unknown organization", "名单.xlsx", book([*HEAD, "招募组织"], [*person(), "无名队"]),
            "招募组织：没有“无名队”这个组织，或不在您的范围内，请核对全称。",
        ),
        Hostile(
            "merged downward", "名单.xlsx",
            xlsx(Tab(
                "名单", [HEAD, person(), person("李强", region=None)],
                after='<mergeCells count="1"><mergeCell ref="D2:D3"/></mergeCells>',
            )),
            "所在社区：请填写所在社区（村）的区划代码或全称。",
        ),
    ]  # fmt: skip


def _row(kind: str, says: str, **changed: Cell) -> Hostile:
    return Hostile(kind, "名单.xlsx", book(HEAD, person(**changed)), says)  # type: ignore[arg-type]


def odd_files() -> list[Hostile]:
    """Return lists that look odd and hold exactly one good person."""
    number = make_id_number()
    spaced = f"'{number[:6]} {number[6:14]}\u200b {number[14:]}"
    wide = number.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789X"})
    other = ("证件号码 \n(必填)", "*志愿者姓名", "2、联系电话", "村（社区）", "是否同意")
    known = person()
    mixed: list[Cell] = [known[1], known[0], known[2], known[3], known[4]]
    return [
        Hostile("title above", "a.xlsx", book(["2026 年名单"], [], HEAD, person()), ""),
        Hostile("other words, other order", "a.xlsx", book(other, mixed), ""),
        Hostile("empty columns and rows", "a.xlsx", book(
            [None, *HEAD], [], [None, *person()], [None, " "]
        ), ""),
        Hostile("second sheet", "a.xlsx", xlsx(
            Tab("填写说明", [["请先读"]]), Tab("名单", [HEAD, person()])
        ), ""),
        Hostile("total below", "a.xlsx", book(
            ["序号", *HEAD], [1, *person()], ["合计", None, None, "1 人"], ["制表人：张伟"]
        ), ""),
        Hostile("header again", "a.xlsx", book(HEAD, person(), HEAD), ""),
        Hostile("blanks in the number", "a.xlsx", book(HEAD, person(id_number=spaced)), ""),
        Hostile("wide digits", "a.xlsx", book(
            HEAD, person(id_number=wide, phone="＋８６ １３９－０３５１－０００１")
        ), ""),
        Hostile("phone as a number", "a.xlsx", book(HEAD, person(phone=13903510001)), ""),
        Hostile("phone with a point", "a.csv", text(
            HEAD, [str(cell) for cell in person(phone="13903510001.0")]
        ), ""),
        Hostile("nothing written as a stroke", "a.xlsx", book(HEAD, person(phone="/")), ""),
        Hostile("name with breaks", "a.xlsx", book(HEAD, person("\ufeff王\u00a0\n芳")), ""),
        Hostile("formula", "a.xlsx", book(HEAD, person("=A9|王芳")), ""),
        Hostile("yes as a tick", "a.xlsx", book(HEAD, person(agreed="√")), ""),
        Hostile("yes as a truth", "a.xlsx", book(HEAD, person(agreed=True)), ""),
        Hostile("hidden row", "a.xlsx", xlsx(
            Tab("名单", [HEAD, person()], hidden_rows=(2,))
        ), "提醒：这一行在表格里是隐藏的，请核对。"),
        *_other_formats(),
        *(
            Hostile(f"day as {day}", "a.xlsx", book(
                [*HEAD, "注册时间"], [*person(), day]
            ), "")
            for day in ("2024-03-05", "2024/3/5", "2024.3.5", "2024年3月5日", "20240305", 45356,
                        45356.5, "2024-03-05 08:30:00")
        ),
    ]  # fmt: skip


def _other_formats() -> list[Hostile]:
    plain = [str(cell) for cell in person()]
    return [
        Hostile("old workbook", "a.xls", xls([HEAD, person(phone=13903510001)]), ""),
        Hostile("old workbook with a day", "a.xls", xls(
            [[*HEAD, "登记日期"], [*person(), Day(45356)]]
        ), ""),
        Hostile("workbook named csv", "a.csv", book(HEAD, person()), ""),
        Hostile("gbk", "a.csv", text(HEAD, plain, encoding="gbk"), ""),
        Hostile("mark of utf-8", "a.csv", text(
            HEAD, [str(c) for c in person()], encoding="utf-8-sig"), ""),
        Hostile("tabs", "a.txt", text(HEAD, [str(c) for c in person()], between="\t"), ""),
        Hostile("semicolons", "a.csv", text(HEAD, [str(c) for c in person()], between=";"), ""),
        Hostile("unicode text", "a.txt", text(
            HEAD, [str(c) for c in person()], between="\t", encoding="utf-16"), ""),
        Hostile("place over columns", "a.xlsx", book(
            ["姓名", "身份证号", "县（市、区）", "乡镇（街道）", "村（社区）", "本人同意"],
            ["王芳", make_id_number(), "迎泽区", "桥东街道", "并州路社区", "是"],
        ), ""),
        Hostile("last name of a place", "a.xlsx", book(HEAD, person(region="并州路社区")), ""),
    ]  # fmt: skip
