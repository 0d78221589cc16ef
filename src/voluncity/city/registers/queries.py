"""Read lists by their key, the filters somebody kept, and who was in which export."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.module_loading import import_string

from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import Person, has, scope_of
from voluncity.city.access.scopes import ScopedQuerySet
from voluncity.city.registers.models import Export, ExportedPart, SavedFilter
from voluncity.city.registers.rules import (
    BLOCK,
    COLUMN,
    Column,
    Facet,
    Query,
    Register,
    filters_in,
    holds,
)
from voluncity.kernel.refusals import NotFound


@cache
def registers() -> dict[str, Register]:
    """Return every list that can be kept and exported, by its key.

    :raises ImproperlyConfigured: when two lists share a key; one would be exported for the other.
    """
    found: list[Register] = [import_string(path) for path in settings.VOLUNCITY_REGISTERS]
    keys = Counter(register.key for register in found)
    if double := [key for key, times in keys.items() if times > 1]:
        raise ImproperlyConfigured(f"Two lists of the desk share a key: {', '.join(double)}.")
    return {register.key: register for register in found}


@cache
def facets(list_key: str) -> tuple[Facet, ...]:
    """Return what slices above add to a list."""
    found: list[Facet] = [import_string(path) for path in settings.VOLUNCITY_FACETS]
    return tuple(facet for facet in found if facet.register == list_key)


def register_of(key: str) -> Register:
    """Return one list.

    :raises NotFound: when there is none.
    """
    found = registers().get(key)
    if found is None:
        raise NotFound("没有这份名册，请从工作台的列表里导出。")
    return found


def to_export(
    register: Register, *, query: Query, by: Person, at: datetime, is_full: bool
) -> ScopedQuerySet:
    """Return the rows that somebody may take out: as far as the permission to do so reaches."""
    found = register.found(scope_of(by, register.export_permission), query, at)
    return found.in_scope(scope_of(by, Permission.EXPORT_FULL)) if is_full else found


def exports_of(owner: Person) -> QuerySet[Export]:
    """Return what somebody exported, newest first."""
    return Export.objects.filter(owner_id=owner.pk).select_related("file").order_by("-asked_at")


def export_of(owner: Person, pk: int) -> Export:
    """Return one's own export; somebody else's looks like none.

    :raises NotFound: when it is not there or not one's own.
    """
    found = exports_of(owner).filter(pk=pk).first()
    if found is None:
        raise NotFound("没有找到这次导出，或者它不是您做的。")
    return found


def exports_with(volunteer_ids: Collection[int]) -> list[Export]:
    """Return the exports in which one of these records of one person stood, newest first."""
    wanted = {one // BLOCK for one in volunteer_ids}
    parts = ExportedPart.objects.filter(block__in=wanted).values_list("export", "block", "bits")
    ids = {
        export
        for export, block, bits in parts
        if any(holds(bytes(bits), one) for one in volunteer_ids if one // BLOCK == block)
    }
    return list(Export.objects.filter(pk__in=ids).select_related("owner").order_by("-made_at"))


@dataclass(frozen=True)
class Kept:
    """One saved filter as the bar shows it."""

    pk: int
    name: str
    url: str
    is_on: bool


@dataclass(frozen=True)
class Bar:
    """What stands around a list: kept filters, columns to choose, the way to an export."""

    register: Register
    query: str
    columns: tuple[Column, ...]
    kept: list[Kept]
    export_url: str

    @property
    def choices(self) -> list[tuple[Column, bool]]:
        """Return all columns, each with whether it is chosen."""
        return [(one, one in self.columns) for one in self.register.columns]

    @property
    def is_filtered(self) -> bool:
        """Return whether the list is narrowed at all."""
        return any(name != COLUMN for name, _ in filters_in(self.query))


def bar(register: Register, *, viewer: Person, query_string: str) -> Bar:
    """Return what stands around the list that somebody looks at."""
    query = urlencode(filters_in(query_string))
    page = reverse(register.page)
    rows = SavedFilter.objects.filter(owner_id=viewer.pk, list_key=register.key)
    kept = [Kept(one.pk, one.name, f"{page}?{one.query}", one.query == query) for one in rows]
    export = reverse("registers:export", args=[register.key])
    may = has(viewer, register.export_permission)
    return Bar(
        register=register,
        query=query,
        columns=register.chosen(filters_in(query_string)),
        kept=kept,
        export_url=f"{export}?{query}" if may else "",
    )


@dataclass(frozen=True)
class Drawn:
    """One cell of the page: its text, and the tone of a badge."""

    text: Any
    tone: str = ""
    is_number: bool = False

    @property
    def is_whole(self) -> bool:
        """Return whether it is a number, a day or a phone, which a line must not break."""
        return isinstance(self.text, str) and self.text.isascii() and " " not in self.text


@dataclass(frozen=True)
class Row:
    """One row of the page: where it leads, and its cells."""

    url: str
    cells: list[Drawn]


def drawn(shown: Bar, rows: Sequence[Any], *, today: date) -> list[Row]:
    """Return the rows of one page as its chosen columns show them."""
    page, row_id = shown.register.row_page, shown.register.row_id
    ready = shown.register.shown(rows, today)
    return [
        Row(reverse(page, args=[row_id(row)]) if page else "", list(_cells(shown.columns, item)))
        for row, item in zip(rows, ready, strict=True)
    ]


def _cells(columns: Iterable[Column], item: Any) -> Iterable[Drawn]:
    for column in columns:
        yield Drawn(column.value(item), column.tone(item) if column.tone else "", column.is_number)
