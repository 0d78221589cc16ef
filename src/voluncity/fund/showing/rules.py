"""What a public list is, which part of it somebody asks for, and how days are summed up."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from voluncity.kernel.disclosures import has_account, has_number
from voluncity.kernel.text import number_in

NONE = "none"  # in addresses: without a purpose
FIRST_YEAR, LAST_YEAR = 1980, 2099
WITHHELD = "（内容不公开）"
Value = str | int | None


@dataclass(frozen=True)
class Asked:
    """Which part of a list somebody wants: a year, a purpose, one project, one file of gifts."""

    year: int | None = None
    purpose_id: int | None = None
    has_no_purpose: bool = False
    award: str = ""  # as the books know a project: "application:12"
    number: str = ""  # as people know it
    batch_id: int | None = None

    @property
    def query(self) -> dict[str, str]:
        """Return it as the parameters of an address."""
        said = {
            "year": str(self.year or ""),
            "for": NONE if self.has_no_purpose else str(self.purpose_id or ""),
            "project": self.number,
            "batch": str(self.batch_id or ""),
        }
        return {name: value for name, value in said.items() if value}


def year_in(text: str | None) -> int | None:
    """Return a year that somebody typed into an address, or nothing."""
    found = number_in(text)
    return found if found is not None and FIRST_YEAR <= found <= LAST_YEAR else None


@dataclass(frozen=True)
class Column:
    """One field of a public list, as it is documented."""

    key: str
    label: str
    what: str
    kind: str = "text"  # text, money (whole fen), date (YYYY-MM-DD), count


@dataclass(frozen=True)
class Row:
    """One record of a public list; `url` is its own page, if it has one."""

    values: Mapping[str, Value]
    url: str = ""


@dataclass(frozen=True)
class Sheet:
    """A public list, and the figure that is its sum.

    `found` returns records of a fund, each with what it adds to the figure (`counted`, fen), the
    year and the purpose under which it counts (`year_in`, `serves_in`), its project (`award_in`)
    and when it was last changed (`changed_in`). `rows` tells them to everybody, in their order.
    """

    key: str
    title: str
    figure: str
    what: str
    unit: str
    columns: tuple[Column, ...]
    found: Callable[[Any], Any]
    rows: Callable[[Sequence[Any]], list[Row]]
    has_batches: bool = False  # its records came in files of platforms


@dataclass
class Sums:
    """What one list adds up to, by year and purpose: (fen, records)."""

    parts: dict[tuple[int | None, int | None], tuple[int, int]] = field(default_factory=dict)

    def total(self, year: int | None = None) -> tuple[int, int]:
        """Return the sum and the number of records, of one year or of all."""
        return _added([part for (one, _), part in self.parts.items() if year in (None, one)])

    def for_purpose(self, purpose_id: int | None, year: int | None = None) -> tuple[int, int]:
        """Return what counts for one purpose, or for none."""
        return _added([
            part
            for (one, serves), part in self.parts.items()
            if serves == purpose_id and year in (None, one)
        ])  # fmt: skip

    @property
    def years(self) -> set[int]:
        """Return the years in which something counts."""
        return {year for year, _ in self.parts if year is not None}


def _added(parts: Sequence[tuple[int, int]]) -> tuple[int, int]:
    return sum(fen for fen, _ in parts), sum(count for _, count in parts)


def said(text: str) -> str:
    """Return words of the books for everybody, without those that hold a number of a person."""
    return WITHHELD if has_number(text) or has_account(text) else text


@dataclass(frozen=True)
class Articles:
    """What articles of a year tell of some projects: how many, how often read, of which places."""

    count: int = 0
    reads: int = 0
    told_of: frozenset[int] = frozenset()  # places in the list of projects that was asked about


# -- Timeliness ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Span:
    """How long one thing took: under which year it counts, of which project, days."""

    year: int
    number: str
    days: int


@dataclass(frozen=True)
class Timing:
    """How long something takes; `on_time` counts those that kept their day, where there is one."""

    key: str
    title: str
    what: str
    spans: tuple[Span, ...]
    has_due_day: bool = False

    def of(self, year: int | None) -> Timed:
        """Return the figures of a year, or of all years."""
        days = [one.days for one in self.spans if year in (None, one.year)]
        return Timed(
            count=len(days),
            median=_half_up(median(days)) if days else 0,
            longest=max(days, default=0),
            in_time=sum(one <= 0 for one in days),
        )

    def slowest(self, year: int | None, most: int = 3) -> list[Span]:
        """Return what took longest in a year."""
        spans = [one for one in self.spans if year in (None, one.year) and one.days > 0]
        return sorted(spans, key=lambda one: -one.days)[:most]


def _half_up(value: float) -> int:
    return int(value + 0.5) if value >= 0 else -int(-value + 0.5)


@dataclass(frozen=True)
class Timed:
    """The figures of one timing: days."""

    count: int
    median: int
    longest: int
    in_time: int
