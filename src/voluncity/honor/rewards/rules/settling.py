"""How a closed sheet proves that it has not changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from voluncity.honor.rewards.models import SheetLine


def lines_digest(lines: Iterable[SheetLine]) -> str:
    """Return the mark of a sheet's lines: each redemption, whether given or corrected, its fen."""
    rows = sorted((one.redemption_id, str(one.kind), one.fen) for one in lines)
    return hashlib.sha256(repr(rows).encode()).hexdigest()
