"""What a list of the desk is made of: columns, filters that stand in the address, exports."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.db.models import Q

from voluncity.city.access.permissions import Permission
from voluncity.city.access.scopes import Scope, ScopedQuerySet
from voluncity.city.registers.states import MOST_QUERY
from voluncity.kernel.refusals import BadInput

Cell = str | int | None
Query = Sequence[tuple[str, str]]  # what stands behind the question mark, in order

COLUMN = "col"  # the parameter that names a chosen column; it may stand there several times
_NO_FILTER = {"page"}
_MOST_FIELDS = 100
AT_ONCE = 2_000  # rows; a longer list is written by a job
# Who may have a list to export at all; a register names one of these.
EXPORTERS = (
    Permission.VOLUNTEER_EXPORT, Permission.ORG_SEE, Permission.PROJECT_SEE,
    Permission.STATION_EDIT, Permission.STATION_INSPECT, Permission.PATROL_SEE,
    Permission.WISH_REVIEW,
    Permission.CLASS_EDIT,
    Permission.DIFFICULTY_SEE,
    Permission.HARDSHIP_SEE,
    Permission.EVENT_EDIT,
    Permission.INSURANCE_SEE,
    Permission.MERCHANT_REVIEW,
    Permission.GRANT_REVIEW,
    Permission.FUND_SEE,
)  # fmt: skip
MOST_ROWS = 1_000_000  # a sheet of XLSX ends at 1,048,576


@dataclass(frozen=True)
class Column:
    """One column of a list.

    `value` is what the list may show: masked where it is personal. `full` is what stands in an
    export of everything, for those who may (`Permission.EXPORT_FULL`). `tone` draws a badge.
    """

    key: str
    label: str
    value: Callable[[Any], Cell]
    full: Callable[[Any], Cell] | None = None
    tone: Callable[[Any], str] | None = None
    width: int = 14  # in characters, of a sheet
    is_shown: bool = True  # where nobody has chosen
    is_number: bool = False

    @property
    def is_personal(self) -> bool:
        """Return whether it is masked in the list."""
        return self.full is not None


def _as_they_are(rows: Sequence[Any], _today: date) -> Iterable[Any]:
    return rows


@dataclass(frozen=True)
class Register:
    """One list of the desk that can be filtered, kept and exported.

    `found` returns the rows within a scope that a query asks for, in the order of the page;
    what it does not understand it leaves out. `shown` makes of some rows what the columns read,
    all at once, so that nothing is asked of the database for each row. `said` tells the filters
    in words. `private` names the parameters that may hold a name: they stay out of the journal.
    """

    key: str
    title: str
    unit: str
    page: str  # the name of its address
    permission: Permission
    export_permission: Permission
    columns: tuple[Column, ...]
    found: Callable[[Scope, Query, datetime], ScopedQuerySet]
    said: Callable[[Scope, Query, datetime], list[tuple[str, str]]]
    shown: Callable[[Sequence[Any], date], Iterable[Any]] = _as_they_are
    row_page: str = ""  # the name of the address of one row; its first column leads there
    row_id: Callable[[Any], int] = attrgetter("pk")  # what that address names
    volunteer_id: Callable[[Any], int] | None = None  # whose data a row is
    private: frozenset[str] = frozenset({"q"})

    def chosen(self, query: Query) -> tuple[Column, ...]:
        """Return the columns that a query asks for; the usual ones where it names none."""
        asked = {value for name, value in query if name == COLUMN}
        return tuple(one for one in self.columns if one.key in asked) or tuple(
            one for one in self.columns if one.is_shown
        )


@dataclass(frozen=True)
class Wanted:
    """What somebody takes out of a register: filter and columns; and why."""

    query: Query
    columns: Collection[str]
    reason: str
    words: str
    is_full: bool = False


@dataclass(frozen=True)
class Facet:
    """A filter and a column that a slice adds to a list of a slice below it.

    Named in `settings.VOLUNCITY_FACETS`. `wanted` returns the condition on the list's rows for
    one of the choices; `values` the text of the column by row, for many rows by one question.
    """

    register: str  # the key of the list
    key: str  # of the parameter and of the column
    label: str
    choices: tuple[tuple[str, str], ...]
    wanted: Callable[[str], Q]
    values: Callable[[Collection[int]], Mapping[int, str]]
    width: int = 8  # in characters, of a sheet


def filters_in(text: str) -> list[tuple[str, str]]:
    """Return what a query string asks, without the number of the page and empty parts.

    Words that a program sent without escaping come from the server as Latin-1.
    """
    with suppress(UnicodeError):
        text = text.encode("latin-1").decode()
    pairs = parse_qsl(text, max_num_fields=_MOST_FIELDS) if text.count("&") < _MOST_FIELDS else []
    return [pair for pair in pairs if pair[0] not in _NO_FILTER and pair[1]]


def query_text(query: Query) -> str:
    """Return the query string that says this.

    :raises BadInput: when it is too long to be kept.
    """
    text = urlencode(query)
    if len(text) > MOST_QUERY:
        raise BadInput("筛选条件太长，请减少一些条件再试。", code="registers.query_too_long")
    return text


# Who was in an export: one bit for each person of a block of ids, so that a file with everybody
# takes a hundred rows and a person's own question one index look-up.
BLOCK = 8_192


def packed(ids: Iterable[int]) -> dict[int, bytes]:
    """Return these ids as compressed bits, by block."""
    blocks: dict[int, bytearray] = {}
    for one in ids:
        number, place = divmod(one, BLOCK)
        bits = blocks.setdefault(number, bytearray(BLOCK // 8))
        bits[place // 8] |= 1 << place % 8
    return {number: zlib.compress(bytes(bits)) for number, bits in blocks.items()}


def holds(bits: bytes, one: int) -> bool:
    """Return whether the compressed bits of an id's block name it."""
    place = one % BLOCK
    return bool(zlib.decompress(bits)[place // 8] >> place % 8 & 1)
