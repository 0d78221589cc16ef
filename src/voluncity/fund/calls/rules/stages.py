"""What the slices above say about where an application stands after it was taken."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Stage:
    """One line for the applicant: what it is about, how it stands, where to read on."""

    label: str
    text: str
    url: str = ""
    tone: str = "info"
