"""What every search asks anew: the newest edition, the places taken, the person's wishes.

Raw, because building these statements through the ORM costs more than running them: one search
is to cost the web process about two milliseconds.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import F

from voluncity.kernel.statements import Statement
from voluncity.service.projects.models import Shift

_EDITION = Statement("SELECT coalesce(sum(token), 0) FROM projects_edition")
# One row of JSON is read in half the time of three hundred rows.
_TAKEN = Statement(
    "SELECT json_object_agg(id, taken)::text FROM projects_shift WHERE id = ANY(%(ids)s::bigint[])",
    "SELECT json_group_object(id, taken) FROM projects_shift"
    " WHERE id IN (SELECT value FROM json_each(%(ids)s))",
)
_OWN = "FROM people_{table} WHERE volunteer_id = %(person)s"
_FREE, _SKILLS, _WISHED = (
    _OWN.format(table=table) for table in ("freetime", "volunteer_skills", "volunteer_intentions")
)
_WISHES = Statement(
    f"SELECT (SELECT json_agg(json_build_array(weekday, part))::text {_FREE}),"
    f" (SELECT json_agg(skill_id)::text {_SKILLS}),"
    f" (SELECT json_agg(category_id)::text {_WISHED})",
    f"SELECT (SELECT json_group_array(json_array(weekday, part)) {_FREE}),"
    f" (SELECT json_group_array(skill_id) {_SKILLS}),"
    f" (SELECT json_group_array(category_id) {_WISHED})",
)


@dataclass(frozen=True)
class Wishes:
    """When a person is free, what they can do and what they would like to do."""

    free_times: frozenset[tuple[int, str]]
    skill_ids: frozenset[int]
    category_ids: frozenset[int]


def newest_edition() -> int:
    """Return the edition that a catalogue made from now on has."""
    row = _EDITION.row(connection, {})
    return int(row[0]) if row else 0


def packed(shift_ids: Iterable[int]) -> str:
    """Return numbers as the one parameter that `places_taken` wants: text costs least."""
    text = ",".join(map(str, shift_ids))
    return f"[{text}]" if connection.vendor == "sqlite" else f"{{{text}}}"


def places_taken(shift_ids: str) -> dict[str, int]:
    """Return how many places of each shift are taken; a shift that is gone is left out."""
    row = _TAKEN.row(connection, {"ids": shift_ids})
    taken: dict[str, int] = json.loads(row[0]) if row and row[0] else {}
    return taken


def full_shifts(*, at: datetime) -> frozenset[int]:
    """Return the shifts to come without a free place."""
    full = Shift.objects.filter(starts_at__gt=at, taken__gte=F("capacity"))
    return frozenset(full.order_by().values_list("pk", flat=True))


def wishes_of(volunteer_id: int) -> Wishes:
    """Return what a person has told about themself."""
    row = _WISHES.row(connection, {"person": volunteer_id}) or (None, None, None)
    free_times, skills, categories = (json.loads(told or "[]") for told in row)
    return Wishes(
        frozenset((weekday, part) for weekday, part in free_times),
        frozenset(skills),
        frozenset(categories),
    )
