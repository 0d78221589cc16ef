"""The blocks of a rich text: what `richtext` makes of markup, and writes again as our own."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

from voluncity.kernel.text import clean as clean_text

ALT_MOST = 100
HEADINGS = {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h4", "h5": "h4", "h6": "h4"}
MARKS = {"strong": "strong", "b": "strong", "em": "em", "i": "em"}
LISTS = {"ul", "ol"}
_BLANKS = re.compile(r"[\s\u00a0]+")
_DROPPED = {"Cc", "Cf", "Cs", "Co"}


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


class Reader(HTMLParser):
    """Make blocks of what nh3 has left."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self._runs: list[Run] = []
        self._marks = {"strong": 0, "em": 0}
        self._links: list[str] = []
        self._lists: list[tuple[str, int]] = []
        self._quotes: list[int] = []
        self._heading, self._level = "", 1
        self._count = self._item = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in MARKS:
            self._marks[MARKS[tag]] += 1
        elif tag == "a":
            self._links.append(given.get("href", ""))
        elif tag == "br":
            self._runs.append(Run("\n"))
        elif tag in {"img", "video"}:
            self._see(tag, given)
        else:
            self._begin(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in MARKS:
            self._marks[MARKS[tag]] -= 1
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
        if tag in LISTS:
            self._lists.append((tag, self._lists[0][1] if self._lists else self._count))
        elif tag == "blockquote":
            self._quotes.append(self._quotes[0] if self._quotes else self._count)
        elif tag == "li":
            self._item = self._count
        elif tag in HEADINGS:
            self._heading = HEADINGS[tag]

    def _end(self, tag: str) -> None:
        self.flush()
        if tag in LISTS and self._lists:
            self._lists.pop()
        elif tag == "blockquote" and self._quotes:
            self._quotes.pop()
        elif tag in HEADINGS:
            self._heading = ""

    def _see(self, tag: str, given: dict[str, str]) -> None:
        address = given.get("src", "")
        if address:
            self.flush()
            alt = clean_text(given.get("alt", "").replace("\n", " "))[:ALT_MOST].strip()
            self.blocks.append(Block(tag, address=address, alt=alt))

    def _leveled(self) -> str:
        """Return the heading without a skipped level: the title of the page is the first."""
        self._level = min(int(self._heading[1]), self._level + 1)
        return f"h{self._level}"

    def flush(self) -> None:
        """End the block that is being read, if it has words."""
        runs, self._runs = self._runs, []
        for lines in _paragraphs(runs):
            if self._heading:
                self.blocks.append(Block(self._leveled(), _without_breaks(lines)))
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
        if before is not None and looks(before) == looks(run):
            joined[-1] = Run(before.text + text, *looks(run))
        else:
            joined.append(Run(text, *looks(run)))
    while joined and not joined[-1].text.rstrip(" "):
        joined.pop()
    if joined:
        joined[-1] = Run(joined[-1].text.rstrip(" "), *looks(joined[-1]))
    return joined


def looks(run: Run) -> tuple[bool, bool, str]:
    return run.is_strong, run.is_em, run.href


def _without_breaks(runs: list[Run]) -> list[Run]:
    return _trimmed([Run(" ") if run.text == "\n" else run for run in runs])
