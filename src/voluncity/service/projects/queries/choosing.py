"""Which shifts of the catalogue fit the filters, and which activities are weighed at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from math import cos, radians

from voluncity.kernel.geo import bounding_box
from voluncity.kernel.text import bigram_query
from voluncity.service.projects.queries.catalogue import Entry, Point, Slot
from voluncity.service.projects.queries.shifts import Filters, days_of


def fitting(
    slots: Iterable[Slot],
    filters: Filters,
    *,
    point: Point | None,
    today: date,
    full: frozenset[int],
) -> Iterator[Slot]:
    """Return the slots that fit; near ones only coarsely (a rectangle)."""
    of_entry = list(_entry_tests(filters, point))
    of_slot = list(_slot_tests(filters, today, full))
    known: dict[int, bool] = {}
    for slot in slots:
        if not all(test(slot) for test in of_slot):
            continue
        entry = slot.entry
        fits = known.get(entry.pk)
        if fits is None:
            fits = known[entry.pk] = all(test(entry) for test in of_entry)
        if fits:
            yield slot


def soonest(slots: Iterable[Slot], limit: int) -> tuple[dict[Entry, list[Slot]], bool]:
    """Return the activities that start first with all their slots, and whether there are more."""
    groups: dict[Entry, list[Slot]] = {}
    is_cut = False
    for slot in slots:
        if slot.entry in groups:
            groups[slot.entry].append(slot)
        elif len(groups) < limit:
            groups[slot.entry] = [slot]
        else:
            is_cut = True
    return groups, is_cut


def nearest(
    slots: Iterable[Slot], limit: int, point: Point
) -> tuple[dict[Entry, list[Slot]], bool]:
    """Return the activities that lie nearest with all their slots, and whether there are more."""
    groups: dict[Entry, list[Slot]] = {}
    for slot in slots:
        groups.setdefault(slot.entry, []).append(slot)
    # Stable: of equally distant ones, and where the place is unknown, the soonest stay first.
    nearest_first = sorted(groups, key=lambda entry: _apart(entry, point))
    return {entry: groups[entry] for entry in nearest_first[:limit]}, len(groups) > limit


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


def _entry_tests(filters: Filters, point: Point | None) -> Iterator[Callable[[Entry], bool]]:
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
        yield _word_test(filters.q)


def _word_test(query: str) -> Callable[[Entry], bool]:
    """Return the test whether an activity holds every word of the query.

    The bigrams of a word lie side by side in a text exactly where the word does (kernel/text.py).
    """
    phrases = [f" {' '.join(tokens)} " for word in query.split() if (tokens := bigram_query(word))]
    return lambda entry: bool(phrases) and all(phrase in entry.words for phrase in phrases)
