"""Rich text: what an office writes with headings, lists, links and pictures (decision 0035).

nh3 reads what was sent the way a browser would and keeps a short list of tags. Then the text is
written anew from that: flat blocks, made of our own tags and escaped words, so that nothing of
the markup that was sent is ever stored. `shown` is the only place that trusts stored text.

A slice that serves pictures by its own rule does so at /<slice>/pictures/<pk>.webp and videos at
/<slice>/videos/<pk>.mp4; public files stand at /files/<key>/.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import Any

import nh3
from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from voluncity.web.richblocks import HEADINGS, LISTS, MARKS, Block, Reader, looks

MOST_RAW = 300_000  # characters of markup that are read at all
# Deep nesting costs the parser quadratically: 60,000 tags ten seconds, 10,000 a third of one.
MOST_TAGS = 10_000

_BREAKS = {"p", "div", "tr", "section", "article", "figure", "figcaption"}
_READ = {*HEADINGS, *MARKS, *LISTS, *_BREAKS, "li", "blockquote", "br", "a", "img", "video"}
_GONE = {"script", "style", "template", "title", "noscript", "iframe", "object", "svg", "math"}
_OWN_PICTURE = re.compile(r"/(?:files/[0-9a-f]{32}/|[a-z_]{1,30}/pictures/[1-9]\d{0,17}\.webp)")
_OWN_VIDEO = re.compile(r"/(?:files/[0-9a-f]{32}/|[a-z_]{1,30}/videos/[1-9]\d{0,17}\.mp4)")
_LINK = re.compile(
    r"https?://[^\s\"'<>\\`{}|^]{3,500}|mailto:[\w.+-]+@[\w.-]{3,80}|tel:\+?[\d-]{3,20}"
    r"|/(?![/\\])[^\s\"'<>\\`{}|^]{0,500}|\#",
    re.ASCII,
)
_OPEN_TAG = re.compile(r"<[a-zA-Z]")


# -- Markup ------------------------------------------------------------------------------------


def _kept_attribute(tag: str, name: str, value: str) -> str | None:
    """Return the value of an attribute that may stay; everything else is dropped."""
    patterns = {("a", "href"): _LINK, ("img", "src"): _OWN_PICTURE, ("video", "src"): _OWN_VIDEO}
    if (tag, name) == ("img", "alt"):
        return value
    pattern = patterns.get((tag, name))
    return value if pattern is not None and pattern.fullmatch(value.strip()) else None


def blocks_of(html: str) -> list[Block]:
    """Return the blocks of any markup; what is too much to be a text has none."""
    if is_too_much(html):
        return []
    read = nh3.clean(
        html.replace("\x00", ""),
        tags=_READ,
        clean_content_tags=_GONE,
        attributes={"a": {"href"}, "img": {"src", "alt"}, "video": {"src"}},
        attribute_filter=_kept_attribute,
        link_rel=None,
        url_schemes={"http", "https", "mailto", "tel"},
    )
    reader = Reader()
    reader.feed(read)
    reader.close()
    reader.flush()
    return reader.blocks


def is_too_much(html: str) -> bool:
    """Return whether this is more markup than anybody writes."""
    return len(html) > MOST_RAW or len(_OPEN_TAG.findall(html)) > MOST_TAGS


def clean(html: str) -> str:
    """Return any markup as it may be stored: flat blocks of our own few tags; '' when empty.

    It is its own fixed point: cleaning stored text changes nothing.
    """
    return "".join(_drawn(blocks_of(html)))


def _drawn(blocks: list[Block]) -> list[str]:
    parts: list[str] = []
    before: Block | None = None
    for block in blocks:
        is_same = before is not None and (before.kind, before.group) == (block.kind, block.group)
        if before is not None and before.group and not is_same:
            parts.append(f"</{before.kind}>")
        if block.group and not is_same:
            parts.append(f"<{block.kind}>")
        if is_same and block.item and before is not None and before.item == block.item:
            parts[-1] = parts[-1].removesuffix("</li>") + "<br>" + _words(block) + "</li>"
        else:
            parts.append(_one(block))
        before = block
    if before is not None and before.group:
        parts.append(f"</{before.kind}>")
    return parts


def _one(block: Block) -> str:
    address, alt = escape(block.address), escape(block.alt)
    if block.kind == "img":
        return f'<figure><img src="{address}" alt="{alt}" loading="lazy"></figure>'
    if block.kind == "video":
        return f'<figure><video src="{address}" controls preload="metadata"></video></figure>'
    tag = {"ul": "li", "ol": "li", "blockquote": "p"}.get(block.kind, block.kind)
    return f"<{tag}>{_words(block)}</{tag}>"


def _words(block: Block) -> str:
    return "".join(run.drawn() for run in block.runs)


def plain(html: str) -> str:
    """Return the words alone, one line for each block."""
    return "\n".join(block.text for block in blocks_of(html) if block.runs)


def is_empty(html: str) -> bool:
    """Return whether there is neither a word nor a picture."""
    return not blocks_of(html)


def pictures(html: str) -> list[str]:
    """Return the addresses of the pictures and videos in a text, in their order."""
    return [block.address for block in blocks_of(html) if block.address]


def without_alt(html: str) -> int:
    """Return how many pictures say nothing to somebody who cannot see them."""
    return sum(1 for block in blocks_of(html) if block.kind == "img" and not block.alt)


def from_plain(text: str) -> str:
    """Return plain words as paragraphs: an empty line between them, single lines kept."""
    paragraphs = re.split(r"\n\s*\n", text.replace("\r\n", "\n").replace("\r", "\n"))
    lines = ("<br>".join(escape(one, quote=False).split("\n")) for one in paragraphs)
    return clean("".join(f"<p>{one}</p>" for one in lines))


def shown(html: str) -> SafeString:
    """Return stored text as it is; only what `clean` has returned is ever stored."""
    return mark_safe(html)  # noqa: S308  # the only place that trusts stored text


# -- Form --------------------------------------------------------------------------------------


class RichTextInput(forms.Textarea):
    """A toolbar over an editable page; without JavaScript a textarea with simple paragraphs.

    `pictures_url` offers pictures: GET answers {"pictures": [{"src", "alt"}]}, POST with `file`
    and `alt` (and `faces`, if there are any to choose) answers {"src", "alt"}, or 422 with
    {"said"}.
    """

    pictures_url = ""
    picture_faces: Sequence[tuple[str, str]] = ()

    def use_required_attribute(self, initial: Any) -> bool:
        """Leave it to the server: the textarea behind the page cannot be focused."""
        del initial
        return False

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """Return markup, whichever way it was written."""
        del files
        value = data.get(name)
        if value is None or data.get(f"{name}-format") == "html":
            return value
        return from_plain(str(value)) if len(value) <= MOST_RAW else value

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        del renderer
        blocks = blocks_of(str(value or ""))
        is_simple = all(block.kind == "p" and _is_plain(block) for block in blocks)
        context = {
            "name": name,
            "value": "\n\n".join(block.text for block in blocks)
            if is_simple
            else "".join(_drawn(blocks)),
            "format": "text" if is_simple else "html",
            "pictures_url": self.pictures_url,
            "picture_faces": self.picture_faces,
            "attrs": {"class": "input", **self.attrs, **(attrs or {})},
        }
        return render_to_string("web/parts/richtext.html", context)


def _is_plain(block: Block) -> bool:
    return not any(any(looks(run)) for run in block.runs)


class RichTextField(forms.CharField):
    """Rich text of at most so many characters that one reads; what it hands on may be stored."""

    widget = RichTextInput

    def __init__(self, *, max_length: int, **options: Any) -> None:
        super().__init__(strip=False, **options)
        self.most_words = max_length
        self.widget.attrs["data-most"] = str(max_length)

    def clean(self, value: Any) -> str:
        """Return the cleaned markup.

        :raises ValidationError: when it is missing or too long.
        """
        raw = str(value or "")
        if is_too_much(raw):
            raise forms.ValidationError("内容太长或者格式太复杂，请改用“粘贴为纯文本”后再提交。")
        cleaned = clean(raw)
        length = len(plain(cleaned))
        if length > self.most_words:
            raise forms.ValidationError(
                f"最多 {self.most_words} 个字，现在有 {length} 个字，请删减后再提交。"
            )
        if self.required and not cleaned:
            raise forms.ValidationError("请填写正文。")
        return cleaned
