"""What every search asks anew: the newest edition, the places taken, the person's wishes.

Raw, because building these statements through the ORM costs more than running them: one search
is to cost the web process about a millisecond.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import F, Model

from voluncity.city.people.models import FreeTime, Volunteer
from voluncity.service.projects.models import Edition, Shift


def _table(model: type[Model]) -> str:
    return model._meta.db_table  # noqa: SLF001 -- Django's own name for it


_EDITION = f"SELECT coalesce(sum(token), 0) FROM {_table(Edition)}"  # noqa: S608
_TAKEN = f"SELECT id, taken FROM {_table(Shift)} WHERE id "  # noqa: S608
_WISHES = " UNION ALL ".join(
    f"SELECT {which}, {column}, {part} FROM {_table(model)} WHERE volunteer_id = %s"  # noqa: S608
    for which, column, part, model in (
        (0, "weekday", "part", FreeTime),
        (1, "skill_id", "''", Volunteer.skills.through),
        (2, "category_id", "''", Volunteer.intentions.through),
    )
)


@dataclass(frozen=True)
class Wishes:
    """When a person is free, what they can do and what they would like to do."""

    free_times: frozenset[tuple[int, str]] = frozenset()
    skill_ids: frozenset[int] = frozenset()
    category_ids: frozenset[int] = frozenset()


def newest_edition() -> int:
    """Return the edition that a catalogue made from now on has."""
    return int(_rows(_EDITION, ())[0][0])


def places_taken(shift_ids: Sequence[int]) -> dict[int, int]:
    """Return how many places of each shift are taken; a shift that is gone is left out."""
    if connection.vendor == "sqlite":
        wanted = "IN (SELECT value FROM json_each(%s))"
        return dict(_rows(_TAKEN + wanted, [json.dumps(shift_ids)]))
    return dict(_rows(f"{_TAKEN}= ANY(%s)", [list(shift_ids)]))


def full_shifts(*, at: datetime) -> frozenset[int]:
    """Return the shifts to come without a free place."""
    full = Shift.objects.filter(starts_at__gt=at, taken__gte=F("capacity"))
    return frozenset(full.order_by().values_list("pk", flat=True))


def wishes_of(volunteer_id: int) -> Wishes:
    """Return what a person has told about themself."""
    told: tuple[set[Any], set[Any], set[Any]] = (set(), set(), set())
    for which, number, part in _rows(_WISHES, [volunteer_id] * 3):
        told[which].add((number, part) if which == 0 else number)
    return Wishes(*map(frozenset, told))


def _rows(statement: str, params: Sequence[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        rows: list[Any] = cursor.fetchall()
    return rows
