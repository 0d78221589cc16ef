"""Which texts were seen before, for a million of them."""

from __future__ import annotations

from array import array

_DRAWERS = 1 << 16


class Marks:
    """Remembers texts by 64 bits of their hash, eight bytes each.

    A set of so many numbers takes a hundred megabytes, this ten. Two of a million texts share
    their bits once in thirty million lists.
    """

    def __init__(self) -> None:
        self._drawers = [array("q") for _ in range(_DRAWERS)]

    def add(self, text: str) -> None:
        """Remember one more text."""
        mark = hash(text)
        self._drawers[mark % _DRAWERS].append(mark)

    def __contains__(self, text: object) -> bool:
        mark = hash(text)
        return mark in self._drawers[mark % _DRAWERS]
