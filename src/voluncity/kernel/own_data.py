"""What a slice tells the privacy center about one person: their data, and what is unfinished."""

from __future__ import annotations

from dataclasses import dataclass

Cell = str | int | bool | None


@dataclass(frozen=True)
class Section:
    """One table of the data that a person takes along (PIPL art. 45).

    `key` names its file; instants and dates are ISO texts, lengths of time whole minutes.
    """

    key: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Hindrance:
    """Something that must be settled first, and the page where it is.

    Before an account is closed, or before two records of one person are merged.
    """

    sentence: str
    url: str = ""
