"""A text document holds its words in order, is harmless, and the same for the same words."""

from __future__ import annotations

import zipfile
from io import BytesIO

import docx

from voluncity.kernel.document import Document


def written() -> Document:
    made = Document("2019 年度工作总结")
    made.cover("年度工作总结", "2020 年 1 月 17 日")
    made.heading("一、基本情况")
    made.text("共募集 6,500,200 元 <&> \x07完。\n第二行")
    made.table(
        ["项目", "元"], [["修脚", "26,000"], ["“探巢”", "21,766"]], shares=[3, 1], numbers=[1]
    )
    return made


def test_words_stand_in_their_order_and_what_xml_cannot_write_is_left_out() -> None:
    read = docx.Document(BytesIO(written().content()))
    assert [one.text for one in read.paragraphs if one.text] == [
        "年度工作总结", "2020 年 1 月 17 日", "一、基本情况",
        "共募集 6,500,200 元 <&> 完。\n第二行",
    ]  # fmt: skip
    [table] = read.tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["项目", "元"], ["修脚", "26,000"], ["“探巢”", "21,766"],
    ]  # fmt: skip
    assert read.core_properties.title == "2019 年度工作总结"


def test_chinese_words_have_a_chinese_font_and_tables_repeat_their_heading() -> None:
    with zipfile.ZipFile(BytesIO(written().content())) as archive:
        assert archive.testzip() is None
        styles = archive.read("word/styles.xml").decode()
        body = archive.read("word/document.xml").decode()
    assert ('w:eastAsia="仿宋"' in styles, 'w:eastAsia="黑体"' in styles) == (True, True)
    assert body.count("<w:tblHeader/>") == 1


def test_equal_words_make_equal_bytes() -> None:
    assert written().content() == written().content()
