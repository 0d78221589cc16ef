"""Read a table file of any kind for another slice, as lists of people are read."""

from __future__ import annotations

from collections.abc import Iterator

from voluncity.city.people.lists.source import in_memory
from voluncity.city.people.lists.tables import tables


def sheets(name: str, content: bytes) -> Iterator[Iterator[list[str]]]:
    """Return the sheets of a file (CSV, XLSX, XLS), each as its records.

    :raises BadInput: at `file`, when it cannot be read as a table, also in the middle.
    """
    return (table.records for table in tables(in_memory(name, content)))
