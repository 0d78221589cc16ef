"""Write a text document (DOCX): headings, paragraphs, lists, tables (ECMA-376 part 1)."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from xml.sax.saxutils import escape

TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_PART = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_CORE = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
_DECLARED = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_NEVER = (1980, 1, 1, 0, 0, 0)  # the same words are the same bytes at any hour
# XML 1.0 has no way to write these.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
HEADINGS = (1, 2, 3)
_PAGE_WIDTH = 9070  # twentieths of a point between the margins of an A4 page

_BODY, _HEAD = "仿宋", "黑体"


def _fonts(name: str) -> str:
    return f'<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="{name}"/>'


def _style(key: str, name: str, size: int, *, paragraph: str = "", run: str = "") -> str:
    """Return a style of paragraphs; `size` in half points."""
    is_default = ' w:default="1"' if key == "Normal" else ""
    based = "" if is_default else '<w:basedOn w:val="Normal"/><w:next w:val="Normal"/>'
    return (
        f'<w:style w:type="paragraph"{is_default} w:styleId="{key}"><w:name w:val="{name}"/>'
        f"{based}<w:qFormat/><w:pPr>{paragraph}</w:pPr>"
        f'<w:rPr>{run}<w:sz w:val="{size}"/></w:rPr></w:style>'
    )


_STYLES = (
    f'<w:styles xmlns:w="{_W}"><w:docDefaults><w:rPrDefault><w:rPr>{_fonts(_BODY)}'
    '<w:sz w:val="24"/><w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault>'
    "</w:docDefaults>"
    + _style("Normal", "Normal", 24, paragraph='<w:spacing w:line="400" w:lineRule="atLeast"/>')
    + _style("Text", "Body Text", 24, paragraph='<w:ind w:firstLineChars="200" w:firstLine="480"/>')
    + _style(
        "Title", "Title", 40, run=_fonts(_HEAD) + "<w:b/>",
        paragraph='<w:keepNext/><w:spacing w:before="240" w:after="120"/><w:jc w:val="center"/>',
    )
    + _style(
        "Subtitle", "Subtitle", 26,
        paragraph='<w:spacing w:after="360"/><w:jc w:val="center"/>',
    )
    + "".join(
        _style(
            f"Heading{level}", f"heading {level}", size, run=_fonts(_HEAD) + "<w:b/>",
            paragraph='<w:keepNext/><w:spacing w:before="240" w:after="80"/>'
            f'<w:outlineLvl w:val="{level - 1}"/>',
        )
        for level, size in zip(HEADINGS, (30, 26, 24), strict=True)
    )
    + _style("Cell", "Table Text", 20, paragraph='<w:spacing w:line="280" w:lineRule="atLeast"/>')
    + _style("Small", "Note", 18, paragraph='<w:spacing w:line="260" w:lineRule="atLeast"/>')
    + "</w:styles>"
)  # fmt: skip
_FOOTER = (
    f'<w:ftr xmlns:w="{_W}"><w:p><w:pPr><w:jc w:val="center"/></w:pPr>'
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> PAGE '
    '</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>1</w:t></w:r>'
    '<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p></w:ftr>'
)
_SECTION = (
    f'<w:sectPr><w:footerReference w:type="default" r:id="rId2" xmlns:r="{_R}"/>'
    '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1701" w:right="1418" w:bottom="1418" '
    'w:left="1418" w:header="851" w:footer="992" w:gutter="0"/></w:sectPr>'
)
_LINES = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="8A8A8A"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)


@dataclass
class Document:
    """A document that is written from top to bottom; equal words make equal bytes."""

    title: str
    _parts: list[str] = field(default_factory=list)

    def heading(self, text: str, level: int = 1) -> None:
        """Add a heading."""
        self._add(f"Heading{level}", text)

    def cover(self, title: str, line: str) -> None:
        """Add the title of the document with a line below."""
        self._add("Title", title)
        self._add("Subtitle", line)

    def text(self, text: str) -> None:
        """Add a paragraph that begins two characters further in."""
        self._add("Text", text)

    def note(self, text: str) -> None:
        """Add a small paragraph."""
        self._add("Small", text)

    def new_page(self) -> None:
        """Go on at the top of a page."""
        self._parts.append('<w:p><w:r><w:br w:type="page"/></w:r></w:p>')

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
        whole = sum(shares)
        widths = [share * _PAGE_WIDTH // whole for share in shares]
        grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        body = "".join(_row(row, widths, numbers) for row in rows)
        self._parts.append(
            f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblBorders>{_LINES}'
            '</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr>'
            f"<w:tblGrid>{grid}</w:tblGrid>{_row(heads, widths, numbers, is_head=True)}"
            f"{body}</w:tbl>"
        )
        self._parts.append(_paragraph("Small", ""))

    def _add(self, style: str, text: str) -> None:
        self._parts.append(_paragraph(style, text))

    def content(self) -> bytes:
        """Return the file."""
        out = BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, xml in self._files().items():
                entry = zipfile.ZipInfo(name, date_time=_NEVER)
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, _DECLARED + xml)
        return out.getvalue()

    def _files(self) -> dict[str, str]:
        rels = "application/vnd.openxmlformats-package.relationships+xml"
        kinds = (("document", "document.main"), ("styles", "styles"), ("footer1", "footer"))
        overrides = "".join(
            f'<Override PartName="/word/{part}.xml" ContentType="{_PART}.{kind}+xml"/>'
            for part, kind in kinds
        )
        return {
            "[Content_Types].xml": (
                f'<Types xmlns="{_PACKAGE}/content-types">'
                f'<Default Extension="rels" ContentType="{rels}"/>{overrides}'
                '<Override PartName="/docProps/core.xml" '
                'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>'
            ),
            "_rels/.rels": (
                f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
                f'Type="{_R}/officeDocument" Target="word/document.xml"/><Relationship Id="rId2" '
                f'Type="{_PACKAGE}/relationships/metadata/core-properties" '
                'Target="docProps/core.xml"/></Relationships>'
            ),
            "word/_rels/document.xml.rels": (
                f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
                f'Type="{_R}/styles" Target="styles.xml"/><Relationship Id="rId2" '
                f'Type="{_R}/footer" Target="footer1.xml"/></Relationships>'
            ),
            "word/document.xml": (
                f'<w:document xmlns:w="{_W}"><w:body>{"".join(self._parts)}{_SECTION}</w:body>'
                "</w:document>"
            ),
            "word/styles.xml": _STYLES,
            "word/footer1.xml": _FOOTER,
            "docProps/core.xml": (
                f'<cp:coreProperties xmlns:cp="{_CORE}" '
                'xmlns:dc="http://purl.org/dc/elements/1.1/">'
                f"<dc:title>{_said(self.title)}</dc:title></cp:coreProperties>"
            ),
        }


def _said(text: str) -> str:
    return escape(_NOT_IN_XML.sub("", text))


def _paragraph(style: str, text: str, *, extra: str = "", run: str = "") -> str:
    """Return one paragraph; line breaks stay line breaks."""
    lines = "<w:br/>".join(
        f'<w:t xml:space="preserve">{_said(line)}</w:t>' for line in text.splitlines()
    )
    body = f"<w:r><w:rPr>{run}</w:rPr>{lines}</w:r>" if lines else ""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{extra}</w:pPr>{body}</w:p>'


def _row(
    cells: Sequence[str], widths: Sequence[int], numbers: Sequence[int], *, is_head: bool = False
) -> str:
    drawn = []
    for place, (cell, width) in enumerate(zip(cells, widths, strict=True)):
        side = '<w:jc w:val="right"/>' if place in numbers else ""
        shade = '<w:shd w:val="clear" w:color="auto" w:fill="EDEDED"/>' if is_head else ""
        words = _paragraph("Cell", cell, extra=side, run="<w:b/>" if is_head else "")
        drawn.append(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shade}</w:tcPr>{words}</w:tc>'
        )
    mark = "<w:tblHeader/>" if is_head else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{mark}</w:trPr>{''.join(drawn)}</w:tr>"
