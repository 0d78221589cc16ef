"""What follows for cases of hardship from what happened elsewhere."""

from __future__ import annotations

from voluncity.care.hardship import actions
from voluncity.city.journal.models import Entry
from voluncity.city.people import queries as people


def follow_closings(entries: list[Entry]) -> None:
    """Forget the words about whoever has closed the account."""
    for entry in entries:
        if entry.verb == "people.close" and entry.subject_type == "volunteer" and entry.subject_id:
            actions.forget_person(
                volunteer_ids=people.records_of(entry.subject_id), by=entry.actor, at=entry.at
            )
