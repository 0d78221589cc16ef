"""What a rule found, before it is kept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from voluncity.service.integrity.states import About, Rule


@dataclass(frozen=True)
class Found:
    """Something unusual: whom it is about, when, how much, and the records it rests on.

    `detail` tells two findings of one rule, subject and day apart.
    """

    rule: Rule
    about: About
    organization_id: int
    happened_on: date
    numbers: dict[str, Any]
    records: Sequence[int] = field(default_factory=tuple)
    organizer_id: int | None = None
    volunteer_id: int | None = None
    detail: str = ""


def key_of(found: Found) -> str:
    """Return the name under which the same thing is found again."""
    whom = found.organizer_id or found.volunteer_id or ""
    return (
        f"{found.rule}:{found.organization_id}:{found.about}{whom}"
        f":{found.happened_on}{':' if found.detail else ''}{found.detail}"
    )


def facts_of(found: Found) -> str:
    """Return a digest of what the finding says; another one means that something was added."""
    said = json.dumps([found.numbers, sorted(found.records)], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()
