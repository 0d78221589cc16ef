"""How a guide's Markdown becomes a page."""

from __future__ import annotations

import re

import pytest
from markdown_it import MarkdownIt

from voluncity.doors.help import drawing
from voluncity.doors.help.drawing import Heading, anchor_of, draw

HOSTILE = "# 题\n\n<script>alert(1)</script>\n\n词 <b onclick=x>粗</b> [链](javascript:alert(1))\n"
TABLE = "# 题\n\n## 甲\n\n| 办法 | 数 |\n|---|--:|\n| 扫码 | 3 |\n"


def _tags(html: str) -> list[str]:
    return re.findall(r"<([a-z]\w*)", html)


def test_markup_in_a_guide_is_shown_as_words() -> None:
    drawn = draw(HOSTILE).body
    assert _tags(drawn) == ["p", "p"]
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in drawn


def test_saboteur_a_drawing_that_lets_markup_through_is_caught(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(drawing, "_MARKDOWN", MarkdownIt("commonmark", {"html": True}))
    assert "script" in _tags(draw(HOSTILE).body)


def test_the_first_line_is_the_title_and_no_part_of_the_body() -> None:
    drawn = draw("# 居民使用指南\n\n您好。\n")
    assert (drawn.title, drawn.body.strip()) == ("居民使用指南", "<p>您好。</p>")


def test_headings_have_the_anchors_that_code_hosts_make() -> None:
    drawn = draw("# 题\n\n## 一、加入\n\n### Check in, now\n\n## 一、加入\n")
    assert drawn.headings == (
        Heading(2, "一加入", "一、加入"),
        Heading(3, "check-in-now", "Check in, now"),
        Heading(2, "一加入-1", "一、加入"),
    )
    assert [one.anchor for one in drawn.sections] == ["一加入", "一加入-1"]
    assert re.findall(r'<h\d id="([^"]+)">', drawn.body) == ["一加入", "check-in-now", "一加入-1"]
    assert anchor_of(" 五、看“星级” ") == "五看星级"


def test_a_table_stands_in_the_box_of_all_tables_and_bears_its_heading() -> None:
    drawn = draw(TABLE).body
    assert '<div class="tablebox"><table class="table"><caption class="sr">甲</caption>' in drawn
    assert drawn.count('<th scope="col">') == 2
    assert '<td class="nowrap">扫码</td>\n<td class="wrap">3</td>' in drawn


def test_a_drawing_needs_no_inline_style() -> None:
    assert "style=" not in draw(TABLE).body
    assert "style=" in MarkdownIt("commonmark").enable("table").render(TABLE)  # what it would be


def test_a_picture_says_its_size_and_opens_large() -> None:
    drawn = draw("# 题\n\n![工作台](../static/help/fund/desk.png)\n").body
    assert drawn.strip() == (
        '<figure><a href="/static/help/fund/desk.png"><img src="/static/help/fund/desk.png"'
        ' alt="工作台（看大图）" width="1280" height="900" loading="lazy"></a></figure>'
    )


def test_a_picture_that_is_not_there_is_no_guide() -> None:
    with pytest.raises(FileNotFoundError):
        draw("![没有](../static/help/nothing.png)\n")
