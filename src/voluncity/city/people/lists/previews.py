"""The first rows of a list as a desk may see them: enough to see that the columns are right."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from voluncity.city.people.lists.checking import shown_name, shown_number
from voluncity.city.people.lists.columns import KEYS, TITLES
from voluncity.city.people.lists.finding import Found
from voluncity.kernel import masks, text

_LONGEST = 30


def _shown_phone(raw: str) -> str:
    return masks.mask_phone(text.clean(raw)[:_LONGEST])


_MASKED: dict[str, Callable[[str], str]] = {
    "name": shown_name,
    "id_number": shown_number,
    "phone": _shown_phone,
    "born_on": lambda raw: "****" if raw.strip() else "",
    "guardian_name": shown_name,
    "guardian_phone": _shown_phone,
}


def preview_of(found: Found, records: Iterable[list[str]]) -> dict[str, Any]:
    """Return recognized columns, unknown ones, missing ones, and the records under the known."""
    places = [
        (key, place) for key, place in zip(KEYS, found.header.places, strict=True) if place >= 0
    ]
    return {
        "columns": [TITLES[key] for key, _ in places],
        "unknown": [title[:_LONGEST] for title in found.header.unknown],
        "missing": list(found.header.missing()),
        "rows": [
            [_shown(key, record[place] if place < len(record) else "") for key, place in places]
            for record in records
            if any(cell.strip() for cell in record)
        ],
    }


def _shown(key: str, raw: str) -> str:
    mask = _MASKED.get(key)
    return mask(raw) if mask else text.clean(raw)[:_LONGEST]
