"""The rows of the reference city before a database sees them."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection

from voluncity.doors.portal.scale import people, service, sessions, sink
from voluncity.doors.portal.scale.shape import (
    DAYS,
    LEADERS,
    Face,
    Facts,
    Home,
    Running,
    Shape,
    mix,
    shares,
)
from voluncity.doors.portal.scale.slots import SLOT_COLUMNS, WAYS
from voluncity.kernel.sealing import unseal

TODAY = date(2026, 11, 20)
FIRST = TODAY - timedelta(days=DAYS)
KEY, INDEX = b"k" * 32, b"i" * 32
TEAMS, PEOPLE = 4, 1_200


def _facts(records: int = 2_000) -> Facts:
    face = Face("社区巡防", "清晨巡防", "社区广场", "社 社区 区")
    homes, first = [], 0
    sizes = shares([sessions.home_weight(number) for number in range(TEAMS)], PEOPLE, 40)
    for number, size in enumerate(sizes):
        running = (Running(number + 1, DAYS + 366, (face,)),)
        homes.append(Home(number, first, size, 50 + number, running, 5, 37.8, 112.5))
        first += size
    return Facts(
        shape=Shape(PEOPLE, TEAMS, TEAMS, records, 8), homes=tuple(homes),
        now=datetime(2026, 11, 20, 2, 0, tzinfo=UTC), today=TODAY, first_day=FIRST,
        user0=100, volunteer0=1, activity0=1, shift0=1, signup0=1, record0=1, transfer0=1,
        award0=1, entry0=1, sequence0=0, hash0="0" * 64, communities=(5, 6, 7),
        rungs=((1, 600), (2, 1_800)),
        due={FIRST + timedelta(days=n): FIRST + timedelta(days=n + 14) for n in range(DAYS)},
        share_percent=50, city_code="140100000000", data_keys=(KEY,), index_key=INDEX,
    )  # fmt: skip


@pytest.fixture(scope="module")
def rows() -> dict[str, list[dict[str, Any]]]:
    """Return everything that is told, by table."""
    facts = _facts()
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for table, columns, block in [*service.told(facts), *people.written(facts, 3)]:
        found[table] += [dict(zip(columns, row, strict=True)) for row in block]
    return found


def _told(facts: Facts) -> list[service.Block]:
    return list(service.told(facts))


def test_the_same_city_is_told_each_time() -> None:
    assert _told(_facts()) == _told(_facts())


def test_the_same_people_live_in_it_each_time() -> None:
    first, again = (list(people.written(_facts(), 3)) for _ in range(2))
    plain = [place for place, name in enumerate(people.VOLUNTEER_COLUMNS) if "cipher" not in name]
    assert [[row[n] for n in plain] for row in first[1][2]] == [
        [row[n] for n in plain] for row in again[1][2]
    ]


def test_numbers_of_people_are_each_the_only_one(rows: dict[str, list[dict[str, Any]]]) -> None:
    volunteers, users = rows["people_volunteer"], rows["people_user"]
    assert len(volunteers) == PEOPLE
    for column in ("id", "number", "id_index"):
        assert len({one[column] for one in volunteers}) == PEOPLE
    for column in ("id", "handle", "phone_index"):
        assert len({one[column] for one in users}) == len(users)
    assert {one["user_id"] for one in volunteers} - {None} == {one["id"] for one in users}


@pytest.mark.parametrize("start", [0, 167_000, 500_000, 749_000])
def test_identity_numbers_never_repeat_in_the_largest_city(start: int) -> None:
    facts = _facts()
    home = Home(1, start, 1_000, 50, (), 5, 37.8, 112.5)
    numbers = {people._Person(facts, home, place)._id_number() for place in range(1_000)}
    assert len(numbers) == 1_000


def test_places_are_those_that_are_held(rows: dict[str, list[dict[str, Any]]]) -> None:
    shift_of = {slot["id"]: slot["shift_id"] for slot in rows["scale_slot"]}
    stays = {slot["id"]: slot["kind"] != "cancelled" for slot in rows["scale_slot"]}
    held = Counter(shift_of[p["slot_id"]] for p in rows["scale_plan"] if stays[p["slot_id"]])
    assert {one["id"]: one["taken"] for one in rows["projects_shift"]} == {
        one["id"]: held[one["id"]] for one in rows["projects_shift"]
    }
    assert all(one["taken"] <= one["capacity"] for one in rows["projects_shift"])


def test_leaders_do_not_confirm_their_own_hours(rows: dict[str, list[dict[str, Any]]]) -> None:
    slots = {slot["id"]: slot for slot in rows["scale_slot"]}
    decided = [
        (p["user_id"], slots[p["slot_id"]]["confirmed_by"], slots[p["slot_id"]]["approved_by"])
        for p in rows["scale_plan"]
    ]
    assert all(user is None or user not in others for user, *others in decided)
    assert all(first is None or first != second for _, first, second in decided)


def test_nobody_is_at_two_places_at_once(rows: dict[str, list[dict[str, Any]]]) -> None:
    slots = {slot["id"]: slot for slot in rows["scale_slot"]}
    spans = defaultdict(list)
    for plan in rows["scale_plan"]:
        slot = slots[plan["slot_id"]]
        if slot["in_at"]:
            spans[plan["volunteer_id"]].append((slot["counted_from"], slot["counted_to"]))
    for mine in spans.values():
        mine.sort()
        assert all(first[1] <= second[0] for first, second in pairwise(mine))


def test_every_way_of_coming_and_going_happens(rows: dict[str, list[dict[str, Any]]]) -> None:
    kinds = Counter(slot["kind"] for slot in rows["scale_slot"])
    methods = {slot["in_method"] for slot in rows["scale_slot"]}
    assert set(kinds) == {"posted", "waiting", "placed", "cancelled"}
    assert methods == {None, "venue_code", "leader_scan", "list"}
    assert len(WAYS) == 9


def test_who_leaves_too_early_for_the_citys_share_waits_with_nothing() -> None:
    facts = _facts(200)
    strict = Facts(**{**vars(facts), "share_percent": 95})
    told = [block for block in service.told(strict) if block[0] == "scale_slot"]
    slots = [dict(zip(SLOT_COLUMNS, row, strict=True)) for block in told for row in block[2]]
    nothing = [slot for slot in slots if slot["in_at"] and not slot["minutes"]]
    assert nothing
    assert {slot["kind"] for slot in nothing} == {"waiting"}


def test_blocks_from_another_process_are_the_same() -> None:
    facts = _facts(200)
    for_copy = connection.vendor == "postgresql"
    here = [sink.ready(block, for_copy=for_copy) for block in service.told(facts)]
    assert list(sink.stream(service.told, facts, apart=True)) == here


def test_a_process_that_fails_is_no_end_of_the_rows() -> None:
    with pytest.raises(RuntimeError, match="ended early"):
        list(sink.stream(service.told, None, apart=True))


def test_rows_for_copy_name_what_is_missing() -> None:
    assert sink.as_text([(1, None, "名"), (2, "b", 0)]) == "1\tNone\t名\n2\tb\t0\n".encode()


def test_no_rows_for_copy_are_no_line() -> None:
    assert sink.as_text([]) == b""


def test_a_neighborhood_that_is_too_small_is_said() -> None:
    with pytest.raises(ValueError, match="too small"):
        _told(_facts(records=3_000_000))


def test_sizes_add_up() -> None:
    assert sum(shares([1.0, 2.5, 0.1], 1_000, 40)) == 1_000
    assert min(shares([1.0, 2.5, 0.1], 1_000, 40)) >= 40
    assert len({mix(number) for number in range(5_000)}) == 5_000


def test_sealed_numbers_open_with_the_citys_key(rows: dict[str, list[dict[str, Any]]]) -> None:
    one = rows["people_volunteer"][LEADERS]
    number = unseal(one["id_cipher"], keys=[KEY], bound_to=f"volunteer:{one['number']}")
    assert number[6:14] == one["born_on"].replace("-", "")
