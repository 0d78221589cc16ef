"""Numbers as shapes. Geometry only; the templates hold the words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LABEL_WIDTH = 150
TRACK_WIDTH = 380
ROW_HEIGHT = 34
MIN_WIDTH = 2
LABEL_CHARACTERS = 11


@dataclass(frozen=True)
class Bar:
    """One bar of a horizontal bar chart, in units of its view box."""

    label: str
    short: str
    text: str
    y: int
    width: int


def bars_of(rows: Sequence[Mapping[str, Any]]) -> list[Bar]:
    """Scale rows of {label, value[, text]} to bars; the greatest value fills the track."""
    top = max((row["value"] for row in rows), default=0) or 1
    return [
        Bar(
            label=str(row["label"]),
            short=_short(str(row["label"])),
            text=str(row.get("text", f"{row['value']:,}")),
            y=number * ROW_HEIGHT,
            width=_width(row["value"], top),
        )
        for number, row in enumerate(rows)
    ]


def _width(value: float, top: float) -> int:
    return max(MIN_WIDTH, round(value * TRACK_WIDTH / top)) if value > 0 else 0


def _short(label: str) -> str:
    return label if len(label) <= LABEL_CHARACTERS else label[: LABEL_CHARACTERS - 1] + "…"
