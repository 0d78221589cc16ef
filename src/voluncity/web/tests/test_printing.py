"""Tables on paper: a row stands whole on one page, and nothing of it falls off the paper."""

from __future__ import annotations

import io
import re
import shutil
from pathlib import Path
from typing import Any

import pypdfium2  # type: ignore[import-untyped]  # it ships no types
import pytest

from voluncity.web import printing

ROOT = Path(printing.__file__).parent.parent
TEMPLATES = sorted(ROOT.rglob("*.typ"))
WORDS = "按计划走访独居老人，更换夜灯，登记要修的家具，并告诉社区网格员。"
ROWS = 48
CARED_FOR = ("whole-rows(", "#set table.cell(breakable: false)")
pytestmark = pytest.mark.once("paper is the same on both databases")


def text_of(number: int, times: int) -> str:
    """Return what stands in a row; its beginning and end are found again."""
    return f"【起{number}】{WORDS * times}【止{number}】"


def times(number: int) -> int:
    """Return how long the words of a row are: rows of one height might end where a page ends."""
    return 2 + number % 7


def cells(number: int, columns: int, long: int = 0) -> list[str]:
    """Return a row whose second column is long."""
    return ["短", text_of(number, long or times(number)), *["x"] * (columns - 2)]


def rows(columns: int) -> list[list[str]]:
    return [cells(number, columns) for number in range(ROWS)]


def letter() -> dict[str, Any]:
    plain = dict.fromkeys(
        ("title", "number", "fund", "organization", "project", "asked", "resolution", "words",
         "awarded", "capitals", "serves", "reason", "terms", "contact", "phone", "address", "day"),
        "字",
    )  # fmt: skip
    return plain | {"is_award": True, "lines": rows(3)}


def pack() -> dict[str, Any]:
    item = {"title": "甲", "facts": [], "lines": rows(4), "remarks": []}
    return {
        "title": "材料", "fund": "基金", "sums": "", "criteria": "", "heads": ["列"] * 7,
        "ranks": [["x"] * 7], "line_heads": ["列"] * 4, "items": [item],
    }  # fmt: skip


def pack_facts() -> dict[str, Any]:
    return pack() | {"items": [{"title": "甲", "facts": rows(2), "lines": [], "remarks": []}]}


def ranking() -> dict[str, Any]:
    return pack() | {"items": [], "ranks": rows(7)}


def report() -> dict[str, Any]:
    return {
        "title": "报告", "state": "已通过", "head": [["x", "y"]], "words": [],
        "figures": [["x", "y"]], "activities": [], "lines": rows(4), "expenses": [],
        "sum": "0 元", "evidence": [], "printed": "今天",
    }  # fmt: skip


def archive(part: dict[str, Any]) -> dict[str, Any]:
    plain = dict.fromkeys(["number", "title", "fund", "recipient", "made"], "字")
    usual = {"title": "", "rows": [], "words": [], "head": [], "body": [], "widths": []}
    return plain | {"sections": [{"title": "一", "parts": [usual | part]}]}


def archive_facts() -> dict[str, Any]:
    return archive({"rows": rows(2)})


def archive_table() -> dict[str, Any]:
    return archive({"head": ["列"] * 3, "body": rows(3), "widths": [2, 4, 2]})


def roster(count: int = ROWS) -> dict[str, Any]:
    plain = dict.fromkeys(["title", "sub", "organization", "printed"], "字")
    groups = [{"name": "站", "note": "", "rows": rows(4)[:count]}]
    return plain | {"columns": ["列"] * 4, "groups": groups}


def short_roster() -> dict[str, Any]:
    """Return a list of few rows that are long: it is higher than a page."""
    return roster(12)


def plans() -> dict[str, Any]:
    plain = dict.fromkeys(["title", "sub", "printed"], "字")
    return plain | {"columns": ["列"] * 10, "rows": rows(10), "more": []}


PAPERS = [
    ("fund/review/data/letter.typ", letter), ("fund/review/data/pack.typ", pack),
    ("fund/review/data/pack.typ", pack_facts), ("fund/review/data/pack.typ", ranking),
    ("fund/reports/data/report.typ", report), ("fund/closings/data/archive.typ", archive_facts),
    ("fund/closings/data/archive.typ", archive_table),
    ("service/rosters/data/roster.typ", roster), ("service/rosters/data/roster.typ", short_roster),
    ("service/progress/data/plans.typ", plans),
]  # fmt: skip
EACH = pytest.mark.parametrize(
    ("template", "facts"), PAPERS, ids=[one.__name__ for _, one in PAPERS]
)


def pages(template: Path, facts: dict[str, Any]) -> list[str]:
    """Return the words that stand within each page, without spaces and ends of lines."""
    made = printing.pdf(template, facts, qr="https://city.example.org/")
    document = pypdfium2.PdfDocument(io.BytesIO(made))
    try:
        # What lies below the paper is not within its bounds.
        found = [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()
    return [re.sub(r"\s|\ufffe", "", one) for one in found]


def torn(found: list[str]) -> list[int]:
    """Return the rows that begin on one page and end on another."""
    begins = {
        int(n): page for page, text in enumerate(found) for n in re.findall("【起(.*?)】", text)
    }
    ends = {
        int(n): page for page, text in enumerate(found) for n in re.findall("【止(.*?)】", text)
    }
    assert begins.keys() == ends.keys()
    return [number for number, page in begins.items() if ends[number] != page]


@EACH
def test_no_row_is_torn_over_two_pages(template: str, facts: Any) -> None:
    said = facts()
    found = pages(ROOT / template, said)
    assert len(found) > 1
    assert torn(found) == []
    together = "".join(found)
    many = 12 if facts is short_roster else ROWS
    assert all(text_of(number, times(number)) in together for number in range(many))


@EACH
def test_without_the_care_rows_are_torn(
    template: str, facts: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The saboteur: the same papers, with rows that may break."""
    for source in (ROOT / template, ROOT / "web/data/tables.typ"):
        copy = tmp_path / source.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, copy)
    shared = tmp_path / "web/data/tables.typ"
    careless = shared.read_text().replace("breakable: breaks", "breakable: true")
    assert careless != shared.read_text()
    shared.write_text(careless)
    monkeypatch.setattr(printing, "_ROOT", tmp_path)
    assert torn(pages(tmp_path / template, facts())) != []


def test_a_row_that_is_higher_than_a_page_goes_on_over_the_next() -> None:
    long = [cells(0, 2), cells(1, 2, long=60), cells(2, 2)]
    found = pages(ROOT / "fund/closings/data/archive.typ", archive({"rows": long}))
    assert torn(found) == [1]
    around = r"字第\d+页，共\d+页|字字结项档案"  # what stands at the foot and the head of a page
    text = "".join(re.sub(around, "", one) for one in found)
    assert text.count(WORDS) == times(0) + 60 + times(2)


@pytest.mark.parametrize(
    "template", TEMPLATES, ids=lambda path: f"{path.parent.parent.name}-{path.stem}"
)
def test_every_table_on_paper_is_cared_for(template: Path) -> None:
    text = template.read_text()
    if template.name != "tables.typ" and re.search(r"\btable\(", text):
        assert any(words in text for words in CARED_FOR), template
