"""Write a text document (DOCX) that people go on editing: headings, paragraphs, tables."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
HEADINGS = (1, 2, 3)
_BODY, _HEAD, _LATIN = "仿宋", "黑体", "Times New Roman"
_LINE_MM = 156  # between the margins of an A4 page
_NEVER = (1980, 1, 1, 0, 0, 0)  # the same words are the same bytes at any hour
# XML 1.0 has no way to write these.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Name of a style → size, Chinese font, space before and after, all in points.
_STYLES = {
    "Normal": (12, _BODY, 0, 0),
    "Body Text": (12, _BODY, 0, 0),
    "Title": (20, _HEAD, 12, 6),
    "Subtitle": (13, _BODY, 0, 18),
    "Heading 1": (15, _HEAD, 12, 4),
    "Heading 2": (13, _HEAD, 12, 4),
    "Heading 3": (12, _HEAD, 12, 4),
    "Table Text": (10, _BODY, 0, 0),
    "Note": (9, _BODY, 0, 0),
}


class Document:
    """A document that is written from top to bottom; equal words make equal bytes."""

    def __init__(self, title: str) -> None:
        self._made = docx.Document()
        facts = self._made.core_properties
        facts.title, facts.author, facts.comments = _said(title), "", ""
        facts.created = facts.modified = datetime(*_NEVER, tzinfo=UTC)
        self._set_styles()
        self._set_page()

    def heading(self, text: str, level: int = 1) -> None:
        """Add a heading."""
        self._add(f"Heading {level}", text)

    def cover(self, title: str, line: str) -> None:
        """Add the title of the document with a line below."""
        self._add("Title", title).alignment = ALIGN.CENTER
        self._add("Subtitle", line).alignment = ALIGN.CENTER

    def text(self, text: str) -> None:
        """Add a paragraph that begins two characters further in."""
        self._add("Body Text", text).paragraph_format.first_line_indent = Pt(24)

    def note(self, text: str) -> None:
        """Add a small paragraph."""
        self._add("Note", text)

    def new_page(self) -> None:
        """Go on at the top of a page."""
        self._made.add_paragraph().add_run().add_break(WD_BREAK.PAGE)

    def table(
        self,
        heads: Sequence[str],
        rows: Iterable[Sequence[str]],
        *,
        shares: Sequence[int],
        numbers: Sequence[int] = (),
    ) -> None:
        """Add a table whose heading is repeated on each page.

        `shares` are the widths of the columns among each other; columns in `numbers` stand right.
        """
        drawn = self._made.add_table(rows=0, cols=len(heads), style="Table Grid")
        drawn.autofit = False
        widths = [Mm(share * _LINE_MM / sum(shares)) for share in shares]
        for column, width in zip(drawn.columns, widths, strict=True):
            column.width = width
        for number, words in enumerate([heads, *rows]):
            self._row(drawn.add_row(), words, widths, numbers, is_head=number == 0)
        self._add("Note", "")

    def content(self) -> bytes:
        """Return the file."""
        made, out = BytesIO(), BytesIO()
        self._made.save(made)
        with (
            zipfile.ZipFile(made) as source,
            zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive,
        ):
            for name in source.namelist():
                entry = zipfile.ZipInfo(name, date_time=_NEVER)
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, source.read(name))
        return out.getvalue()

    def _add(self, style: str, text: str) -> Any:
        return self._made.add_paragraph(_said(text), style=style)

    def _row(
        self,
        row: Any,
        words: Sequence[str],
        widths: Sequence[Mm],
        numbers: Sequence[int],
        *,
        is_head: bool,
    ) -> None:
        own = row._tr.get_or_add_trPr()  # noqa: SLF001 -- the library has no name for it
        own.append(OxmlElement("w:cantSplit"))
        if is_head:
            own.append(OxmlElement("w:tblHeader"))
        for place, (cell, text, width) in enumerate(zip(row.cells, words, widths, strict=True)):
            cell.width = width
            [paragraph] = cell.paragraphs
            paragraph.style = "Table Text"
            paragraph.add_run(_said(text)).bold = is_head
            if place in numbers:
                paragraph.alignment = ALIGN.RIGHT

    def _set_styles(self) -> None:
        known = {style.name for style in self._made.styles}
        for name, (size, font, before, after) in _STYLES.items():
            if name not in known:
                self._made.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
            style: Any = self._made.styles[name]
            style.font.size, style.font.name = Pt(size), _LATIN
            style.font.bold, style.font.italic = font == _HEAD, False
            style.font.color.rgb = RGBColor(0, 0, 0)
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
                fonts.attrib.pop(qn(f"w:{theme}"), None)
            fonts.set(qn("w:eastAsia"), font)
            style.paragraph_format.space_before = Pt(before)
            style.paragraph_format.space_after = Pt(after)
            style.paragraph_format.line_spacing = 1.5 if font == _BODY and size > 10 else 1.2  # noqa: PLR2004

    def _set_page(self) -> None:
        """Set an A4 page with its number below."""
        section = self._made.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin, section.bottom_margin = Mm(30), Mm(25)
        section.left_margin = section.right_margin = Mm((210 - _LINE_MM) / 2)
        foot = section.footer.paragraphs[0]
        foot.alignment = ALIGN.CENTER
        field = OxmlElement("w:fldSimple")
        field.set(qn("w:instr"), "PAGE")
        foot._p.append(field)  # noqa: SLF001 -- the library has no name for it


def _said(text: str) -> str:
    return _NOT_IN_XML.sub("", text)
