"""Records that may be one person's: equal name and birthday, equal phone, numbers nearly equal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from django.db.models import Count, Q, QuerySet

from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import Person, scope_of
from voluncity.city.claims.models import NotDouble
from voluncity.city.claims.rules import are_near
from voluncity.city.people import queries as people
from voluncity.city.people.models import Volunteer

MOST_GROUPS = 100
_BIRTHDAY, _PHONE, _NEAR = "姓名和出生日期相同", "姓名和手机号相同", "证件号码几乎相同"


@dataclass(frozen=True)
class Suspects:
    """Two records, and why they may be of one person."""

    first: Volunteer
    second: Volunteer
    reasons: tuple[str, ...]


def suspects(viewer: Person, *, region_path: str = "") -> list[Suspects]:
    """Return pairs within the viewer's reach that look like one person, the surest first."""
    reach = Volunteer.objects.in_scope(scope_of(viewer, Permission.RECORD_MERGE))
    living = reach.filter(closed_at=None, region__path__startswith=region_path)
    by_birthday = _grouped(living, "name", "born_on")
    by_phone = _grouped(living.exclude(phone_index=""), "name", "phone_index")
    found: dict[tuple[int, int], list[str]] = {}
    for reason, groups in ((_BIRTHDAY, by_birthday), (_PHONE, by_phone)):
        for group in groups:
            for pair in combinations(sorted(group), 2):
                found.setdefault(pair, []).append(reason)
    for pair in _dismissed(found):
        found.pop(pair, None)
    return _with_records(found)


def _grouped(living: QuerySet[Volunteer], *columns: str) -> list[list[int]]:
    """Return the ids of records that are equal in these columns."""
    rows = living.order_by().values_list(*columns).annotate(number=Count("pk"))
    several = list(rows.filter(number__gt=1).order_by("-number", *columns)[:MOST_GROUPS])
    if not several:
        return []
    same = Q(pk__in=[])
    for row in several:
        same |= Q(**dict(zip(columns, row[:-1], strict=True)))
    groups: dict[tuple[object, ...], list[int]] = {}
    for pk, *key in living.filter(same).values_list("pk", *columns):
        groups.setdefault(tuple(key), []).append(pk)
    return [group for group in groups.values() if len(group) > 1]


def _dismissed(pairs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    firsts = {first for first, _ in pairs}
    said = NotDouble.objects.filter(first__in=firsts)
    return list(said.values_list("first_id", "second_id"))


def _with_records(found: dict[tuple[int, int], list[str]]) -> list[Suspects]:
    ids = {pk for pair in found for pk in pair}
    records = Volunteer.objects.select_related("region").in_bulk(ids)
    numbers = {pk: people.id_number_of(record) for pk, record in records.items()}
    pairs = [
        Suspects(
            records[first],
            records[second],
            (*reasons, *([_NEAR] if are_near(numbers[first], numbers[second]) else [])),
        )
        for (first, second), reasons in found.items()
    ]
    return sorted(pairs, key=lambda one: (-len(one.reasons), one.first.pk, one.second.pk))
