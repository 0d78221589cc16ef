"""A sample that everybody can draw again from its seed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable


def digest_of(seed: str) -> str:
    """Return what is told of a seed before it is used."""
    return hashlib.sha256(seed.encode()).hexdigest()


def drawn(record_ids: Iterable[int], *, seed: str, share_permille: int) -> list[int]:
    """Return the share of the records whose digest with the seed is lowest, at least one.

    The order in which they are given does not matter.
    """
    ranked = sorted(
        (hashlib.sha256(f"{seed}:{number}".encode()).digest(), number) for number in record_ids
    )
    wanted = -(-len(ranked) * share_permille // 1000)
    return sorted(number for _, number in ranked[:wanted])
