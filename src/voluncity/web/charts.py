"""Numbers as bars: a table whose middle column is drawn, so that it reads without eyes too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MIN_PERCENT = 1


@dataclass(frozen=True)
class Bar:
    """One bar of a horizontal bar chart; `percent` of the widest."""

    label: str
    text: str
    percent: int


def bars_of(rows: Sequence[Mapping[str, Any]]) -> list[Bar]:
    """Scale rows of {label, value[, text]} to bars; a small value stays visible."""
    top = max((row["value"] for row in rows), default=0)
    return [
        Bar(
            label=str(row["label"]),
            text=str(row.get("text", f"{row['value']:,}")),
            percent=max(MIN_PERCENT, round(row["value"] * 100 / top)) if row["value"] > 0 else 0,
        )
        for row in rows
    ]
