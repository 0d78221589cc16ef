"""What a list of volunteers is checked against, and how far an import is."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Container, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection

from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import Person, scope_of
from voluncity.city.access.scopes import Scope
from voluncity.city.catalog.models import Category, Skill
from voluncity.city.people.lists.checking import ID_INDEX, NAME, PHONE_INDEX, Result
from voluncity.city.people.lists.checking import Person as Listed
from voluncity.city.people.lists.ground import Ground, Usual
from voluncity.city.people.lists.reports import KNOWN, NOBODY, REFUSED, SKIPPED, Line
from voluncity.city.people.lists.words import region_key
from voluncity.city.people.models import ImportBatch, Volunteer
from voluncity.city.people.queries.posters import active_organizations
from voluncity.city.people.queries.volunteers import adult_age, drawn_numbers, youngest_age
from voluncity.city.people.states import Origin
from voluncity.city.regions import queries as regions
from voluncity.city.regions.models import Level, Region
from voluncity.kernel.clock import local_date

OTHER_NAME = "这个证件号码已由另一个姓名登记，请对照证件核对姓名和号码。"


def import_batch(digest: str, *, by: Person) -> ImportBatch | None:
    """Return somebody's import of the file with this digest by the command, if ever begun."""
    return (
        ImportBatch.objects.select_related("started_by")
        .filter(digest=digest, started_by_id=by.pk, origin=Origin.COMMAND)
        .first()
    )


def import_ground(
    *,
    by: Person | None,
    at: datetime,
    permission: Permission = Permission.VOLUNTEER_REGISTER,
    usual: Usual | None = None,
) -> Ground:
    """Return what the records of a list are checked against today.

    Regions and organizations reach as far as the permission of `by`; None reaches the whole city.
    """
    today = local_date(at)
    city = regions.city()
    reach = (city.path,) if by is None else scope_of(by, permission).regions
    rows = list(regions.valid(today).filter(path__startswith=city.path).order_by("path"))
    parents = {region.parent_id for region in rows}
    leaves = [region for region in rows if region.pk not in parents]
    near = [region for region in leaves if region.path.startswith(reach)]
    names = _names_of(rows, city)
    tails = _tails_of(rows, near)
    known = {name: region.pk for region in near for name in names[region.pk]}
    return Ground(
        at=at,
        today=today,
        youngest=youngest_age(on=today),
        adult=adult_age(on=today),
        regions={name: pks[0] for name, pks in tails.items() if len(pks) == 1} | known,
        twin_regions=frozenset(name for name, pks in tails.items() if len(pks) > 1) - known.keys(),
        upper_regions=_all(names, [region for region in rows if region.pk in parents]),
        far_regions=_all(names, leaves) - _all(names, near),
        skills=dict(Skill.objects.values_list("name", "pk")),
        categories=dict(Category.objects.values_list("name", "pk")),
        organizations=_organizations(reach),
        data_keys=settings.VOLUNCITY_DATA_KEYS,
        index_key=settings.VOLUNCITY_INDEX_KEY,
        usual=usual or Usual(),
    )


def _organizations(reach: tuple[str, ...]) -> dict[str, int]:
    """Return the organizations at work in these regions, by name; of two equal ones neither."""
    near = active_organizations().in_scope(Scope(regions=reach))
    rows = list(near.values_list("name", "pk"))
    counts = Counter(name for name, _ in rows)
    return {name: pk for name, pk in rows if counts[name] == 1}


def _tails_of(rows: Iterable[Region], near: Iterable[Region]) -> dict[str, list[int]]:
    """Return who has each last name, and each name with that of the region above it."""
    name_of = {region.pk: region.name for region in rows}
    found: dict[str, list[int]] = {}
    for region in near:
        above = name_of.get(region.parent_id or 0, "")
        for name in {region_key(region.name), region_key(above + region.name)}:
            found.setdefault(name, []).append(region.pk)
    return found


def _names_of(rows: Iterable[Region], city: Region) -> dict[int, list[str]]:
    """Return the code of each region and its names: from the province, city and county down."""
    above = [step.name for step in regions.trail(city) if step.level == Level.PROVINCE]
    province = "".join(above)
    short: dict[int | None, str] = {city.pk: ""}
    found: dict[int, list[str]] = {}
    for region in rows:
        name = "" if region.pk == city.pk else short.get(region.parent_id, "") + region.name
        short[region.pk] = name
        whole = city.name + name
        words = [region.code, name, whole, province + whole]
        found[region.pk] = [region_key(word) for word in words if word]
    return found


def _all(names: dict[int, list[str]], rows: Iterable[Region]) -> frozenset[str]:
    return frozenset(name for region in rows for name in names[region.pk])


class Newcomers(NamedTuple):
    """Who of a chunk is new, and the lines about all others."""

    people: list[Listed]
    lines: list[Line]
    known: int
    shared_phones: frozenset[str]  # indexes of phones that somebody else has, too
    refused: int
    hidden: frozenset[int]


def newcomers(result: Result, *, earlier: Container[str] = ()) -> Newcomers:
    """Return who of a chunk may be registered: everybody once, and nobody who is already.

    `earlier` holds the indexes of numbers that were accepted but not written.
    """
    lines = [Line(one.row, REFUSED, "", *one.masked, one.sentence) for one in result.faulty]
    names = _registered([_text(one, ID_INDEX) for one in result.people])
    known: list[Line] = []
    people: dict[str, Listed] = {}
    for one in result.people:
        index, name = _text(one, ID_INDEX), _text(one, NAME)
        twin = people.get(index)
        if (twin and _text(twin, NAME) == name) or index in earlier:
            known.append(_line(one, KNOWN, "和前面的一行是同一个证件号码，只登记一次。"))
        elif names.get(index) == name:
            known.append(_line(one, KNOWN, "早已登记，没有改动。"))
        elif twin or index in names:
            lines.append(_line(one, REFUSED, OTHER_NAME))
        else:
            people[index] = one
    new, refused = list(people.values()), len(lines)
    lines += [Line(row, SKIPPED, "", "", "", NOBODY) for row in result.skipped]
    return Newcomers(new, lines + known, len(known), _shared_phones(new), refused, result.hidden)


def _text(one: Listed, place: int) -> str:
    return str(one.values[place])


def _line(one: Listed, outcome: str, words: str) -> Line:
    return Line(one.row, outcome, "", *one.masked, words)


def _registered(id_indexes: Sequence[str]) -> dict[str, str]:
    """Return the names of those who are registered with one of these numbers, by its index."""
    return dict(_among("id_index", id_indexes, "id_index, name"))


def _shared_phones(people: Iterable[Listed]) -> frozenset[str]:
    """Return the phones that several have, here or in the register; families share them."""
    counts = Counter(_text(one, PHONE_INDEX) for one in people)
    counts.pop("", None)
    twice = (index for index, count in counts.items() if count > 1)
    known = _among("phone_index", list(counts), "phone_index")
    return frozenset(twice) | frozenset(index for (index,) in known)


def free_numbers(count: int, *, taken: Collection[str]) -> list[str]:
    """Return so many volunteer numbers, drawn by lot, that nobody has and that are not `taken`."""
    free: set[str] = set()
    while len(free) < count:
        drawn = set(drawn_numbers(count - len(free))).difference(free, taken)
        free |= drawn.difference(one for (one,) in _among("number", list(drawn), "number"))
    return list(free)


_AMONG = {
    # A question for each value: put as one, PostgreSQL reads the whole table for each chunk.
    "postgresql": (
        "SELECT found.* FROM unnest(string_to_array(%s, ',')) AS given(value), LATERAL "
        "(SELECT {wanted} FROM {table} WHERE {column} = given.value LIMIT 1) AS found"
    ),
    "sqlite": "SELECT {wanted} FROM {table} WHERE {column} IN (SELECT value FROM json_each(%s))",
}


def _among(column: str, values: Sequence[str], wanted: str) -> list[tuple[Any, ...]]:
    """Return `wanted` of the volunteers whose `column` is one of thousands of values.

    By hand: with 5,000 values the ORM builds, and the database reads, a statement of 5,000
    parameters (40 µs each); as one text they cost 2 µs. Indexes and numbers hold no comma.
    """
    table = Volunteer._meta.db_table  # noqa: SLF001 -- Django's documented API
    statement = _AMONG[connection.vendor].format(wanted=wanted, table=table, column=column)
    is_postgres = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        cursor.execute(statement, [",".join(values) if is_postgres else json.dumps(values)])
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
