"""Rich text: what an office writes with headings, lists, links and pictures (decision 0035).

nh3 reads what was sent the way a browser would and keeps a short list of tags. Then the text is
written anew from that: flat blocks, made of our own tags and escaped words, so that nothing of
the markup that was sent is ever stored. `shown` is the only place that trusts stored text.

A slice that serves pictures by its own rule does so at /<slice>/pictures/<pk>.webp and videos at
/<slice>/videos/<pk>.mp4; public files stand at /files/<key>/.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from typing import Any

import nh3
from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from voluncity.kernel.text import clean as clean_text

MOST_RAW = 300_000  # characters of markup that are read at all
# Deep nesting costs the parser quadratically: 60,000 tags ten seconds, 10,000 a third of one.
MOST_TAGS = 10_000
ALT_MOST = 100

_HEADINGS = {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h4", "h5": "h4", "h6": "h4"}
_MARKS = {"strong": "strong", "b": "strong", "em": "em", "i": "em"}
_LISTS = {"ul", "ol"}
_BREAKS = {"p", "div", "tr", "section", "article", "figure", "figcaption"}
_READ = {*_HEADINGS, *_MARKS, *_LISTS, *_BREAKS, "li", "blockquote", "br", "a", "img", "video"}
_GONE = {"script", "style", "template", "title", "noscript", "iframe", "object", "svg", "math"}
_OWN_PICTURE = re.compile(r"/(?:files/[0-9a-f]{32}/|[a-z_]{1,30}/pictures/[1-9]\d{0,17}\.webp)")
_OWN_VIDEO = re.compile(r"/(?:files/[0-9a-f]{32}/|[a-z_]{1,30}/videos/[1-9]\d{0,17}\.mp4)")
_LINK = re.compile(
    r"https?://[^\s\"'<>\\`{}|^]{3,500}|mailto:[\w.+-]+@[\w.-]{3,80}|tel:\+?[\d-]{3,20}"
    r"|/(?![/\\])[^\s\"'<>\\`{}|^]{0,500}|\#",
    re.ASCII,
)
_BLANKS = re.compile(r"[\s\u00a0]+")
_DROPPED = {"Cc", "Cf", "Cs", "Co"}
_OPEN_TAG = re.compile(r"<[a-zA-Z]")


# -- Words with marks, in blocks ---------------------------------------------------------------


@dataclass(frozen=True)
class Run:
    """Words that look the same; a line break is a run of its own."""

    text: str
    is_strong: bool = False
    is_em: bool = False
    href: str = ""

    def drawn(self) -> str:
        """Return the words as markup."""
        if self.text == "\n":
            return "<br>"
        text = escape(self.text, quote=False)
        text = f"<em>{text}</em>" if self.is_em else text
        text = f"<strong>{text}</strong>" if self.is_strong else text
        if not self.href:
            return text
        rel = "" if self.href.startswith(("/", "#")) else ' rel="noopener noreferrer nofollow"'
        return f'<a href="{escape(self.href)}"{rel}>{text}</a>'


@dataclass
class Block:
    """A paragraph, a heading, an item of a list, a quote, a picture or a video."""

    kind: str
    runs: list[Run] = field(default_factory=list)
    group: int = 0  # which list, or which quote
    item: int = 0
    address: str = ""
    alt: str = ""

    @property
    def text(self) -> str:
        """Return its words."""
        return "".join(run.text for run in self.runs)


class _Reader(HTMLParser):
    """Make blocks of what nh3 has left."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self._runs: list[Run] = []
        self._marks = {"strong": 0, "em": 0}
        self._links: list[str] = []
        self._lists: list[tuple[str, int]] = []
        self._quotes: list[int] = []
        self._heading = ""
        self._count = self._item = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in _MARKS:
            self._marks[_MARKS[tag]] += 1
        elif tag == "a":
            self._links.append(given.get("href", ""))
        elif tag == "br":
            self._runs.append(Run("\n"))
        elif tag in {"img", "video"}:
            self._see(tag, given)
        else:
            self._begin(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _MARKS:
            self._marks[_MARKS[tag]] -= 1
        elif tag == "a" and self._links:
            self._links.pop()
        elif tag not in {"br", "img", "video", "a"}:
            self._end(tag)

    def handle_data(self, data: str) -> None:
        kept = "".join(
            one for one in _BLANKS.sub(" ", data) if unicodedata.category(one) not in _DROPPED
        )
        self._runs.append(
            Run(
                unicodedata.normalize("NFC", kept),
                is_strong=self._marks["strong"] > 0,
                is_em=self._marks["em"] > 0,
                href=self._links[-1] if self._links else "",
            )
        )

    def _begin(self, tag: str) -> None:
        self.flush()
        self._count += 1
        if tag in _LISTS:
            self._lists.append((tag, self._lists[0][1] if self._lists else self._count))
        elif tag == "blockquote":
            self._quotes.append(self._quotes[0] if self._quotes else self._count)
        elif tag == "li":
            self._item = self._count
        elif tag in _HEADINGS:
            self._heading = _HEADINGS[tag]

    def _end(self, tag: str) -> None:
        self.flush()
        if tag in _LISTS and self._lists:
            self._lists.pop()
        elif tag == "blockquote" and self._quotes:
            self._quotes.pop()
        elif tag in _HEADINGS:
            self._heading = ""

    def _see(self, tag: str, given: dict[str, str]) -> None:
        address = given.get("src", "")
        if address:
            self.flush()
            alt = clean_text(given.get("alt", "").replace("\n", " "))[:ALT_MOST].strip()
            self.blocks.append(Block(tag, address=address, alt=alt))

    def flush(self) -> None:
        """End the block that is being read, if it has words."""
        runs, self._runs = self._runs, []
        for lines in _paragraphs(runs):
            if self._heading:
                self.blocks.append(Block(self._heading, _without_breaks(lines)))
            elif self._lists:
                kind, group = self._lists[0]
                self.blocks.append(Block(kind, lines, group=group, item=self._item))
            elif self._quotes:
                self.blocks.append(Block("blockquote", lines, group=self._quotes[0]))
            else:
                self.blocks.append(Block("p", lines))


def _paragraphs(runs: list[Run]) -> list[list[Run]]:
    """Split at empty lines, join what looks the same, and trim each line."""
    lines: list[list[Run]] = [[]]
    for run in runs:
        if run.text == "\n":
            lines.append([])
        else:
            lines[-1].append(run)
    found: list[list[Run]] = [[]]
    for line in map(_trimmed, lines):
        if not line:
            found.append([])
        elif found[-1]:
            found[-1] += [Run("\n"), *line]
        else:
            found[-1] = line
    return [one for one in found if one]


def _trimmed(line: list[Run]) -> list[Run]:
    joined: list[Run] = []
    for run in line:
        before = joined[-1] if joined else None
        text = run.text
        if before is None or before.text.endswith(" "):
            text = text.lstrip(" ")
        if not text:
            continue
        if before is not None and _looks(before) == _looks(run):
            joined[-1] = Run(before.text + text, *_looks(run))
        else:
            joined.append(Run(text, *_looks(run)))
    while joined and not joined[-1].text.rstrip(" "):
        joined.pop()
    if joined:
        joined[-1] = Run(joined[-1].text.rstrip(" "), *_looks(joined[-1]))
    return joined


def _looks(run: Run) -> tuple[bool, bool, str]:
    return run.is_strong, run.is_em, run.href


def _without_breaks(runs: list[Run]) -> list[Run]:
    return _trimmed([Run(" ") if run.text == "\n" else run for run in runs])


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
    reader = _Reader()
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
    return not any(any(_looks(run)) for run in block.runs)


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
