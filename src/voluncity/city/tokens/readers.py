"""What follows from what happened to people: the keys of a closed account end."""

from __future__ import annotations

from voluncity.city.journal.models import Entry
from voluncity.city.tokens import actions


def end_keys(entries: list[Entry]) -> None:
    """Stop the keys of accounts that were closed; they opened nothing since that moment."""
    for entry in entries:
        user_id = entry.data.get("user") if entry.verb == "people.close" else None
        if user_id is not None:
            actions.revoke_all(user_id=user_id, at=entry.at)
