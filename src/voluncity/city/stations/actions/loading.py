"""Load what every city begins with: kinds, services, equipment and the standard."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction

from voluncity.city.stations.models import ChecklistItem, Equipment, Service, StationKind

_DATA = Path(__file__).parent.parent / "data"


@transaction.atomic
def load_reference() -> None:
    """Bring kinds, services and equipment up to the data file; harmless to repeat."""
    rows = _read("reference.json")
    for position, (key, name) in enumerate(rows["kinds"]):
        StationKind.objects.update_or_create(key=key, defaults={"name": name, "position": position})
    for position, (key, name, icon) in enumerate(rows["services"]):
        Service.objects.update_or_create(
            key=key, defaults={"name": name, "icon": icon, "position": position}
        )
    for position, (key, name, unit) in enumerate(rows["equipment"]):
        Equipment.objects.update_or_create(
            key=key, defaults={"name": name, "unit": unit, "position": position}
        )
    load_checklist()


@transaction.atomic
def load_checklist() -> int:
    """Add the lines of the standard that the office neither changed nor ended; return how many."""
    spec = _read("checklist.json")
    known = set(ChecklistItem.objects.values_list("key", flat=True))
    new = [
        ChecklistItem(
            key=row["key"],
            kind_id=row.get("kind"),
            text=row["text"],
            weight=row["weight"],
            is_must=row["is_must"],
            needs_photo=row["needs_photo"],
            position=position,
            valid_from=date.fromisoformat(spec["valid_from"]),
        )
        for position, row in enumerate(spec["items"])
        if row["key"] not in known
    ]
    ChecklistItem.objects.bulk_create(new)
    return len(new)


def _read(name: str) -> dict[str, Any]:
    rows: dict[str, Any] = json.loads((_DATA / name).read_text(encoding="utf-8"))
    return rows
