"""A text document is well-formed, harmless, and the same for the same words."""

from __future__ import annotations

import zipfile
from io import BytesIO
from xml.etree import ElementTree

from voluncity.kernel.document import Document

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def written() -> Document:
    made = Document("2019 年度工作总结")
    made.cover("年度工作总结", "2020 年 1 月 17 日")
    made.heading("一、基本情况")
    made.text("共募集 6,500,200 元 <&> \x07完。\n第二行")
    made.table(
        ["项目", "元"], [["修脚", "26,000"], ["“探巢”", "21,766"]], shares=[3, 1], numbers=[1]
    )
    return made


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_every_part_is_well_formed_and_declared() -> None:
    found = parts(written().content())
    for content in found.values():
        ElementTree.fromstring(content)  # noqa: S314 -- our own
    declared = found["[Content_Types].xml"].decode()
    assert all(f"/{name}" in declared for name in found if not name.endswith((".rels", "].xml")))


def test_words_stand_in_their_order_and_what_xml_cannot_write_is_left_out() -> None:
    body = parts(written().content())["word/document.xml"]
    tree = ElementTree.fromstring(body)  # noqa: S314 -- our own
    assert [one.text for one in tree.iter(f"{W}t")] == [
        "年度工作总结", "2020 年 1 月 17 日", "一、基本情况", "共募集 6,500,200 元 <&> 完。",
        "第二行", "项目", "元", "修脚", "26,000", "“探巢”", "21,766",
    ]  # fmt: skip


def test_equal_words_make_equal_bytes() -> None:
    assert written().content() == written().content()
