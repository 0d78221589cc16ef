"""What slices above show on a funded project's page (settings.VOLUNCITY_FUNDING_SECTIONS)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Side = Literal["desk", "own"]


@dataclass(frozen=True)
class Section:
    """One part of the page: rows of label and text, and where the whole of it is.

    `tone` (neutral good warn bad info) colors `mark`, a short word beside the title; `words`
    is a sentence that stands above the rows.
    """

    title: str
    url: str = ""
    rows: Sequence[tuple[str, str]] = ()
    tone: str = "neutral"
    mark: str = ""
    words: str = ""
    link: str = "查看"
