"""Find the sheet of a file that holds the list."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import NamedTuple, TypeVar

from voluncity.city.people.lists import tables
from voluncity.city.people.lists.columns import Header, find_header
from voluncity.city.people.lists.source import Source
from voluncity.city.people.lists.table import Table, unreadable
from voluncity.kernel.refusals import BadInput

H = TypeVar("H")


class Found(NamedTuple):
    """A sheet whose header fits; `records` are those below it."""

    table: Table
    header: Header
    records: Iterator[list[str]]


def find_list(source: Source, *, given: Collection[str] = ()) -> Found:
    """Return the first sheet with a header that fits; one that nobody sees is not taken.

    :raises BadInput: when there is none; what is said is about the sheet that fits best.
    """
    table, header = find_sheet(source, lambda records: find_header(records, given=given))
    return Found(table, header, table.records)


def find_sheet(source: Source, header_of: Callable[[Iterator[list[str]]], H]) -> tuple[Table, H]:
    """Return the first sheet in which `header_of` finds a header, read up to it.

    :raises BadInput: when there is none.
    """
    said: BadInput | None = None
    for table in tables.tables(source):
        try:
            header = header_of(table.records)
        except BadInput as refusal:
            if said is None or refusal.code == "people.list_header":
                said = refusal
            continue
        if not table.is_hidden:
            return table, header
        said = unreadable(
            f"名单在隐藏的工作表“{table.name[:20]}”里，请在 Excel 里取消隐藏，核对后再导入。"
        )
    raise said or unreadable("这个文件里没有工作表，请核对后重新选择。")


def odd_things(table: Table) -> list[str]:
    """Return sentences about what is odd in a sheet that was read to its end."""
    said = []
    if table.merged:
        said.append(
            f"表里有上下合并的单元格（如 {table.merged[0]}），只有第一行有内容；"
            "其余各行如因此未导入，请取消合并、逐行填写后再导入。"
        )
    if table.hidden_rows:
        said.append(
            f"表里有 {len(table.hidden_rows):,} 行是隐藏的（可能筛选过），也一并处理了，请核对。"
        )
    return said
