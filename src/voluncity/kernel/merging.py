"""What a slice does when two records of one person become one, and when that is taken back.

Slices above the one that merges are named in the settings (`VOLUNCITY_MERGING`), so that imports
still go down only. Everything happens in the transaction of the merge itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from voluncity.kernel.own_data import Hindrance


@dataclass(frozen=True)
class Pair:
    """The record that is given up and the one that stays, by their ids; who does it and when."""

    loser_id: int
    winner_id: int
    by_id: int
    at: datetime


@dataclass(frozen=True)
class MergePart:
    """One slice's share.

    `preview` says in sentences what would follow. `move` does it and returns what `restore`
    needs, as plain values; `restore` returns sentences about what could not come back.
    `hindrances` says what somebody must settle before; with any of it `move` refuses.
    """

    name: str
    label: str
    preview: Callable[[Pair], list[str]]
    move: Callable[[Pair], dict[str, Any]]
    restore: Callable[[Pair, Mapping[str, Any]], list[str]]
    hindrances: Callable[[Pair], list[Hindrance]] = lambda _: []
