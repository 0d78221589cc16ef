"""Draw experts by lot, so that all read about the same number.

A flow from applications to experts whose room grows by one each round: nobody gets one more while
somebody who may has less, and a place stays empty only when nobody may take it.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass


@dataclass(frozen=True)
class Drawn:
    """Who was drawn for what, (application, expert), and how many places nobody could take."""

    pairs: tuple[tuple[int, int], ...]
    short: Mapping[int, int]


def draw(
    needs: Mapping[int, int],
    loads: Mapping[int, int],
    barred: Set[tuple[int, int]],
    *,
    seed: int,
) -> Drawn:
    """Draw for each application as many experts as it needs.

    `loads` says how many each expert reads already; `barred` names (application, expert) that must
    not be: conflicts, hints, and who sits there already. The same seed draws the same.
    """
    lot = _Lot(needs, loads, barred, random.Random(seed))  # noqa: S311 -- a lot, not a secret
    if loads:
        room = min(loads.values()) + 1
        most = max(loads.values()) + sum(needs.values())
        while lot.open and room <= most:
            lot.fill(room)
            room += 1
    pairs = sorted((pk, expert) for pk, taken in lot.taken.items() for expert in taken)
    return Drawn(tuple(pairs), {pk: left for pk, left in lot.left.items() if left})


class _Lot:
    """The draw while it is made."""

    def __init__(
        self,
        needs: Mapping[int, int],
        loads: Mapping[int, int],
        barred: Set[tuple[int, int]],
        chance: random.Random,
    ) -> None:
        self.left = dict(needs)
        self.loads = dict(loads)
        self.barred = barred
        self.taken: dict[int, set[int]] = {pk: set() for pk in needs}
        self._order = _shuffled(needs, chance)
        self._experts = {pk: _shuffled(loads, chance) for pk in self._order}

    @property
    def open(self) -> bool:
        """Return whether a place is still empty."""
        return any(self.left.values())

    def fill(self, room: int) -> None:
        """Take as many as fit while nobody reads more than `room`."""
        for pk in self._order:
            while self.left[pk] and self._place(pk, room, set()):
                self.left[pk] -= 1

    def _place(self, pk: int, room: int, tried: set[int]) -> bool:
        """Find somebody for a place; who is full may hand another application on."""
        fit = [
            expert
            for expert in self._experts[pk]
            if expert not in self.taken[pk] and (pk, expert) not in self.barred
        ]
        for expert in fit:
            if self.loads[expert] < room:
                self._take(pk, expert)
                return True
        for expert in fit:
            if expert in tried:
                continue
            tried.add(expert)
            for other in [one for one in self._order if expert in self.taken[one]]:
                if self._place(other, room, tried):
                    self.taken[other].remove(expert)
                    self.loads[expert] -= 1
                    self._take(pk, expert)
                    return True
        return False

    def _take(self, pk: int, expert: int) -> None:
        self.taken[pk].add(expert)
        self.loads[expert] += 1


def _shuffled(ids: Iterable[int], chance: random.Random) -> list[int]:
    found = sorted(ids)
    chance.shuffle(found)
    return found
