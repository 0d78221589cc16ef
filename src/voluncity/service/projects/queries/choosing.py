"""Which shifts of the catalogue fit the filters, and which activities are weighed at all."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from math import cos, radians
from typing import TypeVar

from voluncity.kernel.geo import bounding_box
from voluncity.kernel.text import bigram_query
from voluncity.service.projects.queries.catalogue import Catalogue, Entry, Point, Slot
from voluncity.service.projects.queries.shifts import Filters, days_of

T = TypeVar("T")


@dataclass(frozen=True)
class Fits:
    """Whether a shift and its activity fit; near ones only coarsely (a rectangle)."""

    slot: Callable[[Slot], bool]
    entry: Callable[[Entry], bool]


def fits_of(
    filters: Filters,
    catalogue: Catalogue,
    *,
    point: Point | None,
    today: date,
    full: frozenset[int],
) -> Fits:
    """Return the tests that the filters mean."""
    return Fits(
        _all_of(list(_slot_tests(filters, today, full))),
        _all_of(list(_entry_tests(filters, catalogue, point))),
    )


def soonest(slots: Iterable[Slot], fits: Fits, limit: int) -> tuple[list[Entry], bool]:
    """Return the activities that start first, and whether there are more."""
    found: dict[Entry, None] = {}
    refused: set[Entry] = set()
    for slot in slots:
        entry = slot.entry
        if entry in found or entry in refused or not fits.slot(slot):
            continue
        if not fits.entry(entry):
            refused.add(entry)
        elif len(found) == limit:
            return list(found), True
        else:
            found[entry] = None
    return list(found), False


def nearest(
    slots: Iterable[Slot], fits: Fits, limit: int, point: Point
) -> tuple[list[Entry], bool]:
    """Return the activities that lie nearest, and whether there are more."""
    found, _ = soonest(slots, fits, sys.maxsize)
    # Stable: of equally distant ones, and where the place is unknown, the soonest stay first.
    found.sort(key=lambda entry: _apart(entry, point))
    return found[:limit], len(found) > limit


def _all_of(tests: list[Callable[[T], bool]]) -> Callable[[T], bool]:
    if not tests:
        return lambda _one: True
    if len(tests) == 1:
        return tests[0]
    return lambda one: all(test(one) for test in tests)


def _apart(entry: Entry, point: Point) -> float:
    """Return the squared distance on a flat map, good enough to choose the candidates."""
    if entry.place is None:
        return float("inf")
    north = entry.place[0] - point[0]
    east = (entry.place[1] - point[1]) * cos(radians(point[0]))
    return north * north + east * east


def _slot_tests(
    filters: Filters, today: date, full: frozenset[int]
) -> Iterator[Callable[[Slot], bool]]:
    days = days_of(filters.when, today)
    if days:
        first, last = days
        yield lambda slot: first <= slot.day <= last
    if filters.part:
        yield lambda slot: slot.time[1] == filters.part
    if filters.free_only:
        yield lambda slot: slot.pk not in full


def _entry_tests(
    filters: Filters, catalogue: Catalogue, point: Point | None
) -> Iterator[Callable[[Entry], bool]]:
    if filters.category_id:
        yield lambda entry: entry.category_id == filters.category_id
    if filters.skill_id:
        yield lambda entry: any(pk == filters.skill_id for pk, _ in entry.skills)
    if filters.region_path:
        yield lambda entry: entry.region_path.startswith(filters.region_path)
    if filters.within_km and point:
        box = bounding_box(*point, filters.within_km * 1000)
        yield (
            lambda entry: (
                entry.place is not None
                and (
                    box.south <= entry.place[0] <= box.north
                    and box.west <= entry.place[1] <= box.east
                )
            )
        )
    if filters.q.strip():
        yield _holding(filters.q, catalogue).__contains__


def _holding(query: str, catalogue: Catalogue) -> frozenset[Entry]:
    """Return the activities that hold every word of the query.

    The bigrams of a word lie side by side in a text exactly where the word does (kernel/text.py).
    """
    found: frozenset[Entry] | None = catalogue.memo.get(query)
    if found is None:
        phrases = [
            f" {' '.join(tokens)} " for word in query.split() if (tokens := bigram_query(word))
        ]
        entries: Iterable[Entry] = catalogue.slots_of if phrases else ()
        for phrase in phrases:
            entries = [entry for entry in entries if phrase in entry.words]
        found = frozenset(entries)
        catalogue.remember(query, found)
    return found
