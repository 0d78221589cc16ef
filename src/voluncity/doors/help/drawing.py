"""Draw a guide: CommonMark with tables, no raw HTML, in the components of our pages.

Only our own files are drawn here, never what somebody sent (that is `web.richtext`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token
from PIL import Image

STATIC_FILES = "../static/"  # as a guide names its pictures, so that they show in any reader
FOLDER = Path(__file__).parent / "static"
_NO_WORD = re.compile(r"[^\w\- ]")


@dataclass(frozen=True)
class Heading:
    """A heading below the title, and where it can be found."""

    level: int
    anchor: str
    text: str


@dataclass(frozen=True)
class Drawn:
    """A guide as it is shown: its title, its body and the headings of the body."""

    title: str
    body: SafeString
    headings: tuple[Heading, ...]

    @property
    def sections(self) -> list[Heading]:
        """Return the headings of the table of contents."""
        return [one for one in self.headings if one.level == 2]  # noqa: PLR2004 -- h2


def draw(text: str) -> Drawn:
    """Return a guide's Markdown as a page's body; its first line is the title."""
    tokens = _MARKDOWN.parse(text)
    title = tokens[1].content if tokens and tokens[0].tag == "h1" else ""
    body = tokens[3:] if title else tokens
    headings = tuple(_marked(body, title))
    drawn = _MARKDOWN.renderer.render(body, _MARKDOWN.options, {})
    return Drawn(title, mark_safe(drawn), headings)  # noqa: S308 -- html=False: all is escaped


def anchor_of(text: str) -> str:
    """Return the anchor of a heading, the same one that code hosts make of it."""
    return _NO_WORD.sub("", text.strip().lower()).replace(" ", "-")


def _marked(tokens: Sequence[Token], title: str) -> list[Heading]:
    """Give the headings their anchors, and each table the name of the heading above it."""
    found: list[Heading] = []
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            text = tokens[place + 1].content
            again = sum(1 for one in found if anchor_of(one.text) == anchor_of(text))
            anchor = f"{anchor_of(text)}-{again}" if again else anchor_of(text)
            token.attrSet("id", anchor)
            found.append(Heading(int(token.tag[1]), anchor, text))
        elif token.type == "table_open":
            token.meta["caption"] = found[-1].text if found else title
        elif token.type == "paragraph_open" and _is_picture(tokens[place + 1]):
            token.tag = tokens[place + 2].tag = "figure"
    return found


def _is_picture(inline: Token) -> bool:
    """Return whether a paragraph is one picture and no word."""
    return [one.type for one in inline.children or ()] == ["image"]


# -- How our pages draw what differs from plain HTML -------------------------------------------


def _table_open(_: Any, tokens: Sequence[Token], place: int, *_more: Any) -> str:
    caption = escape(str(tokens[place].meta["caption"]))
    return f'<div class="tablebox"><table class="table"><caption class="sr">{caption}</caption>'


def _table_close(*_: Any) -> str:
    return "</table></div>"


def _head_open(*_: Any) -> str:
    return '<th scope="col">'


def _cell_open(_: Any, tokens: Sequence[Token], place: int, *_more: Any) -> str:
    is_first = tokens[place - 1].type == "tr_open"
    return '<td class="nowrap">' if is_first else '<td class="wrap">'


def _image(_: Any, tokens: Sequence[Token], place: int, *_more: Any) -> str:
    token = tokens[place]
    name = str(token.attrs["src"]).removeprefix(STATIC_FILES)
    width, height = _size(name)
    return (
        f'<a href="{escape(static(name))}"><img src="{escape(static(name))}"'
        f' alt="{escape(token.content)}（看大图）" width="{width}" height="{height}"'
        ' loading="lazy"></a>'
    )


def _size(name: str) -> tuple[int, int]:
    """Return a picture's width and height, so that the words below it do not jump.

    :raises FileNotFoundError: when a guide names a picture that is not there.
    """
    with Image.open(FOLDER / name) as picture:
        return picture.size


def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    for name, rule in {
        "table_open": _table_open,
        "table_close": _table_close,
        "th_open": _head_open,
        "td_open": _cell_open,
        "image": _image,
    }.items():
        markdown.add_render_rule(name, rule)
    return markdown


_MARKDOWN = _markdown()
