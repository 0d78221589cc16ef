"""Records that may be one person's: equal name and birthday, equal phone, numbers nearly equal.

To compare everybody takes seconds in a large city: a job looks once a day and keeps what it found
(`actions.find_suspects`), so that a page reads only that.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import TypeVar

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import Person, scope_of
from voluncity.city.claims.models import NotDouble, Suspected
from voluncity.city.claims.rules import are_near
from voluncity.city.people import queries as people
from voluncity.city.people.models import Volunteer

MOST_GROUPS = 5_000
MOST_ALIKE = 20  # of one group; more than that are no doubles of each other
_AT_ONCE = 200
_BOTH = ("first", "second")
_NEEDED = ("pk", "number", "id_cipher")
T = TypeVar("T")


def suspects(viewer: Person, *, region_path: str = "") -> QuerySet[Suspected]:
    """Return pairs within the viewer's reach that look like one person, the surest first."""
    reach = Volunteer.objects.in_scope(scope_of(viewer, Permission.RECORD_MERGE))
    living = reach.filter(closed_at=None, region__path__startswith=region_path)
    said = NotDouble.objects.filter(first=OuterRef("first"), second=OuterRef("second"))
    found = Suspected.objects.filter(
        Exists(living.filter(pk=OuterRef("first"))),
        Exists(living.filter(pk=OuterRef("second"))),
        ~Exists(said),
    )
    # Read beside, not joined: SQLite began such a join at the people, all of them.
    both = (Prefetch(one, Volunteer.objects.select_related("region")) for one in _BOTH)
    return found.prefetch_related(*both).order_by("-has_near_number", "-has_same_phone", "pk")


def pairs_alike() -> list[Suspected]:
    """Return all pairs of living records of the city that look like one person's, unsaved."""
    living = Volunteer.objects.filter(closed_at=None)
    by_birthday = set(_pairs(living, "name", "born_on"))
    by_phone = set(_pairs(living.exclude(phone_index=""), "name", "phone_index"))
    both = sorted(by_birthday | by_phone)
    numbers = _numbers({pk for pair in both for pk in pair})
    return [
        Suspected(
            first_id=first,
            second_id=second,
            has_same_birthday=(first, second) in by_birthday,
            has_same_phone=(first, second) in by_phone,
            has_near_number=are_near(numbers[first], numbers[second]),
        )
        for first, second in both
        if first in numbers and second in numbers
    ]


def _pairs(living: QuerySet[Volunteer], *columns: str) -> Iterator[tuple[int, int]]:
    """Yield the pairs of records that are equal in these columns, lower id first."""
    rows = living.order_by().values_list(*columns).annotate(number=Count("pk"))
    several = rows.filter(number__gt=1).order_by("-number", *columns)[:MOST_GROUPS]
    for some in _some(list(several)):
        same = Q(pk__in=[])
        for row in some:
            same |= Q(**dict(zip(columns, row[:-1], strict=True)))
        groups: dict[tuple[object, ...], list[int]] = {}
        for pk, *key in living.filter(same).order_by("pk").values_list("pk", *columns):
            groups.setdefault(tuple(key), []).append(pk)
        for group in groups.values():
            yield from combinations(group[:MOST_ALIKE], 2)


def _numbers(ids: set[int]) -> dict[int, str]:
    """Return the plain identity numbers of these records; they are compared and not shown."""
    return {
        record.pk: people.id_number_of(record)
        for some in _some(sorted(ids))
        for record in Volunteer.objects.filter(pk__in=some).only(*_NEEDED)
    }


def _some(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    """Yield the rows so many at a time that one statement holds them."""
    return (rows[start : start + _AT_ONCE] for start in range(0, len(rows), _AT_ONCE))
