"""The hash of one entry, given the hash before it."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC

from voluncity.city.journal.models import Entry

GENESIS = "0" * 64


def entry_hash(entry: Entry, *, sequence: int, previous: str) -> str:
    """Return the SHA-256 over everything that the entry says and the hash before it."""
    content = json.dumps(
        {
            "sequence": sequence,
            "previous": previous,
            "id": entry.pk,
            "at": entry.at.astimezone(UTC).isoformat(),
            "actor": entry.actor_id,
            "on_behalf_of": entry.on_behalf_of_id,
            "verb": entry.verb,
            "subject": [entry.subject_type, entry.subject_id],
            "data": entry.data,
        },
        sort_keys=True,
        separators=(",", ":"),
    )
    return hashlib.sha256(content.encode("ascii")).hexdigest()
