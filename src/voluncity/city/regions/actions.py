"""Load the divisions."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction

from voluncity.city.regions.models import Region

_FILE = Path(__file__).parent / "data" / "regions.json"
_KEPT_UP = ("name", "level", "path", "valid_from", "valid_to", "is_outside_gb")
# Set where they are missing only: the office may have moved a point.
_FIRST_ONLY = ("lat", "lng")


@transaction.atomic
def load_regions(rows: list[dict[str, Any]] | None = None) -> int:
    """Bring the tree up to the data file; return how many regions the file names.

    Rows are never deleted: what ended carries `valid_to` (GB/T 2260, RULES.md §3.3). The file
    lists every parent before its children.
    """
    rows = rows if rows is not None else json.loads(_FILE.read_text(encoding="utf-8"))
    known = {region.code: region for region in Region.objects.all()}
    for row in rows:
        parent = known[row["parent"]] if row["parent"] else None
        known[row["code"]] = _kept_up(known.get(row["code"]), _values(row, parent))
    return len(rows)


def _values(row: dict[str, Any], parent: Region | None) -> dict[str, Any]:
    return {
        "code": row["code"],
        "name": row["name"],
        "level": row["level"],
        "parent": parent,
        "path": f"{parent.path if parent else '/'}{row['code']}/",
        "valid_from": date.fromisoformat(row["valid_from"]),
        "valid_to": date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
        "is_outside_gb": row["outside_gb"],
        "lat": row["lat"],
        "lng": row["lng"],
    }


def _kept_up(region: Region | None, values: dict[str, Any]) -> Region:
    if region is None:
        return Region.objects.create(**values)
    names = [*_KEPT_UP, *(name for name in _FIRST_ONLY if getattr(region, name) is None)]
    changed = [name for name in names if getattr(region, name) != values[name]]
    for name in changed:
        setattr(region, name, values[name])
    if region.parent_id != (values["parent"].pk if values["parent"] else None):
        region.parent = values["parent"]
        changed.append("parent")
    if changed:
        region.save(update_fields=changed)
    return region
