"""Whose turn it is in a project that runs: work of the slices above lies with somebody, too."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from voluncity.fund.grants.states import Waits


class Turn(NamedTuple):
    """Something that waits: for whom, since when, for what."""

    who: str
    since: datetime
    what: str


def first(turns: Iterable[Turn]) -> Turn | None:
    """Return what has waited longest for anybody but the recipient."""
    others = [one for one in turns if one.who not in (Waits.ORGANIZATION, Waits.NOBODY)]
    return min(others, key=lambda one: one.since, default=None)
