"""Load the kinds of offers."""

from __future__ import annotations

import json
from pathlib import Path

from django.db import transaction

from voluncity.honor.rewards.models import OfferKind

_KINDS = Path(__file__).parent.parent / "data" / "kinds.json"


@transaction.atomic
def load_kinds() -> None:
    """Add the kinds of the data file that the city does not have yet; harmless to repeat."""
    rows: list[tuple[str, str, str]] = json.loads(_KINDS.read_text(encoding="utf-8"))
    for position, (key, name, icon) in enumerate(rows):
        OfferKind.objects.get_or_create(
            key=key, defaults={"name": name, "icon": icon, "position": position}
        )
