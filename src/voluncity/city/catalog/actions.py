"""Load the city's reference words; what the data files name is there afterwards, once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.db import transaction

from voluncity.city.catalog.models import Category, Skill

_DATA = Path(__file__).parent / "data"


@transaction.atomic
def load_skills() -> int:
    """Bring the skills up to the data file; return how many there are. Rows are never deleted."""
    rows = _rows("skills.json")
    for position, row in enumerate(rows):
        Skill.objects.update_or_create(
            key=row["key"],
            defaults={"name": row["name"], "group": row["group"], "position": position},
        )
    return len(rows)


@transaction.atomic
def load_categories() -> int:
    """Bring the categories up to the data file; return how many there are."""
    rows = _rows("categories.json")
    for position, row in enumerate(rows):
        Category.objects.update_or_create(
            key=row["key"],
            defaults={"name": row["name"], "icon": row["icon"], "position": position},
        )
    return len(rows)


def _rows(name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((_DATA / name).read_text(encoding="utf-8"))
    return rows
