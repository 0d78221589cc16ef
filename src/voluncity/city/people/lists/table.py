"""One sheet of a file, read record by record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from voluncity.kernel.refusals import BadInput

MOST_COLUMNS = 200
DIGITS_KEPT = 15  # by a number in a spreadsheet


@dataclass
class Table:
    """A sheet; what is odd about it fills up while its records are read.

    `rows` is how many the file claims to have, 0 where it does not say.
    """

    name: str
    records: Iterator[list[str]]
    is_hidden: bool = False
    rows: int = 0
    hidden_rows: set[int] = field(default_factory=set)
    merged: list[str] = field(default_factory=list)


def unreadable(sentence: str) -> BadInput:
    """Return the refusal of a file that is no list."""
    return BadInput(sentence, code="people.list_unreadable", field="file")


def number_text(value: float) -> str:
    """Return a number as it was typed; one whose last digits are lost stays visibly so."""
    if abs(value) >= 10**DIGITS_KEPT:
        return f"{value:.6E}"
    return str(int(value)) if value.is_integer() else repr(value)
