"""Each rule sees what it is for, not what is usual, and asks a fixed number of questions."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from voluncity.city.journal.models import Entry
from voluncity.city.policy.models import PolicyNumber
from voluncity.kernel.clock import local_date
from voluncity.service.hours import actions as hours
from voluncity.service.hours.models import ServiceRecord
from voluncity.service.integrity import actions, rules
from voluncity.service.integrity.models import Evidence, Finding
from voluncity.service.integrity.queries.limits import Limits
from voluncity.service.integrity.queries.looking import LOOKS, Period
from voluncity.service.integrity.rules import CATALOG, Found, words_of
from voluncity.service.integrity.states import Rule
from voluncity.service.integrity.tests.conftest import Cast
from voluncity.service.projects.models import Activity, Project
from voluncity.service.signups.models import Scan, ScanFlag
from voluncity.service.signups.states import Direction, FlagKind, Method
from voluncity.testing.make_hours import (
    ELEVEN,
    EVENING,
    NINE,
    make_past_shift,
    make_place,
    make_posted,
    make_presence,
    make_record,
)
from voluncity.testing.make_people import make_guardian, make_volunteer

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
PERIOD = Period(date(2026, 9, 1), date(2026, 11, 30))


@pytest.fixture(autouse=True)
def _low_limits(db: None) -> None:
    for key, value in {
        "bulk_records": 3, "night_records": 2, "roster_people": 3, "favorite_people": 4,
        "favorite_records": 5, "week_minutes": 600, "punctual_records": 3, "device_people": 3,
        "far_scans": 2,
    }.items():  # fmt: skip
        PolicyNumber.objects.create(
            key=f"integrity.{key}", value=value, valid_from=date(2026, 1, 1)
        )


def seen(rule: Rule) -> list[Found]:
    return list(LOOKS[rule](PERIOD, Limits.on(local_date(EVENING))))


def told(rule: Rule) -> list[dict[str, Any]]:
    return [one.numbers for one in seen(rule)]


def enter(cast: Cast, *, at: datetime = EVENING, **more: Any) -> ServiceRecord:
    shift = more.pop("shift", None) or make_past_shift(cast.team)
    return hours.enter(
        signup_id=make_place(shift, more.pop("volunteer", None)).pk,
        starts_at=more.pop("starts_at", shift.starts_at),
        ends_at=more.pop("ends_at", shift.ends_at),
        reason="现场码打不开", by=cast.leader, at=at,
    )  # fmt: skip


def test_many_entries_within_an_hour_are_seen(cast: Cast) -> None:
    records = [enter(cast, at=EVENING + n * 20 * MINUTE) for n in range(3)]
    [found] = seen(Rule.BULK)
    assert found.numbers == {"records": 3, "people": 3, "absent": 3, "limit": 3}
    assert (found.organizer_id, found.records) == (cast.leader.pk, [one.pk for one in records])


def test_entries_spread_over_the_day_are_usual(cast: Cast) -> None:
    for n in range(3):
        enter(cast, at=EVENING + n * 31 * MINUTE)
    assert seen(Rule.BULK) == []


def test_scanned_hours_are_never_bulk_entries(cast: Cast) -> None:
    for _ in range(3):
        make_posted(make_past_shift(cast.team))
    assert seen(Rule.BULK) == []


def test_entries_in_the_night_are_seen_on_the_day_of_the_city(cast: Cast) -> None:
    night = datetime.fromisoformat("2026-11-17T02:30:00+08:00")
    for n in range(2):
        enter(cast, at=night + n * MINUTE)
    enter(cast, at=EVENING)
    assert [(one.numbers["records"], one.happened_on) for one in seen(Rule.NIGHT_ENTRY)] == [
        (2, date(2026, 11, 17))
    ]


def test_night_hours_count_only_without_scans(cast: Cast) -> None:
    dusk = datetime.fromisoformat("2026-11-16T22:00:00+08:00")
    shift = make_past_shift(cast.team, starts_at=dusk, ends_at=dusk + 4 * HOUR)
    make_record(shift, at=dusk + 10 * HOUR)
    assert seen(Rule.NIGHT_SERVICE) == []
    enter(cast, shift=shift, at=dusk + 20 * HOUR)
    assert told(Rule.NIGHT_SERVICE) == [
        {"records": 1, "minutes": 180, "night_from": 23, "night_to": 5}
    ]


def _at(shift: Any, lat: float, lng: float) -> Any:
    Activity.objects.filter(pk=shift.activity_id).update(lat=lat, lng=lng)
    return shift


def test_two_places_too_far_apart_are_seen_and_near_ones_are_not(cast: Cast) -> None:
    person, walker = make_volunteer("王芳"), make_volunteer("孙平")
    near = _at(make_past_shift(cast.team), 37.8645, 112.577)
    make_record(near, person)
    make_record(near, walker)
    far = make_past_shift(cast.team, starts_at=ELEVEN + 10 * MINUTE, ends_at=ELEVEN + HOUR)
    make_record(_at(far, 38.4, 112.73), person)  # 新忻州, about 60 km
    close = make_past_shift(cast.team, starts_at=ELEVEN + 10 * MINUTE, ends_at=ELEVEN + HOUR)
    make_record(_at(close, 37.87, 112.58), walker)
    [found] = seen(Rule.DISTANCE)
    assert (found.volunteer_id, found.numbers) == (
        person.pk, {"kilometers": 61, "gap": 10, "limit": 80},
    )  # fmt: skip


def test_roster_with_the_plans_times_is_seen_and_real_scans_are_not(cast: Cast) -> None:
    shift, real = make_past_shift(cast.team), make_past_shift(cast.team)
    for n in range(3):
        enter(cast, shift=shift)
        make_record(real, in_at=NINE + n * MINUTE)
    assert told(Rule.IDENTICAL) == [{"shifts": 1, "records": 3, "limit": 3}]


def test_favorites_are_seen_where_there_are_others(cast: Cast) -> None:
    friend = make_volunteer("老友")
    for day in range(5):
        shift = make_past_shift(
            cast.team, starts_at=NINE - day * 24 * HOUR, ends_at=ELEVEN - day * 24 * HOUR
        )
        enter(cast, shift=shift, volunteer=friend)
    for _ in range(2):
        enter(cast)
    assert seen(Rule.FAVORITES) == []  # three people are a small team
    enter(cast)
    [found] = seen(Rule.FAVORITES)
    assert found.numbers == {"minutes": 960, "people": 4, "share": 87, "limit": 60}


def test_hours_of_ones_own_ward_are_seen(cast: Cast) -> None:
    child = make_volunteer("小雨")
    guardian = make_guardian(child)
    type(guardian).objects.filter(pk=guardian.pk).update(user=cast.leader)
    record = enter(cast, volunteer=child)
    enter(cast)
    [found] = seen(Rule.FAMILY)
    assert (found.records, found.numbers) == ([record.pk], {"records": 1, "minutes": 120})


def test_too_full_a_week_is_seen_once_with_all_its_records(cast: Cast) -> None:
    person = make_volunteer()
    for day in range(3):
        shift = make_past_shift(
            cast.team, starts_at=NINE + day * 24 * HOUR, ends_at=NINE + (24 * day + 4) * HOUR
        )
        make_record(shift, person)
    [found] = seen(Rule.WEEK)
    assert (found.numbers, found.happened_on, len(found.records)) == (
        {"minutes": 720, "limit": 600}, date(2026, 11, 16), 3,
    )  # fmt: skip


def test_to_the_second_every_time_is_seen(cast: Cast) -> None:
    exact, human = make_volunteer(), make_volunteer()
    for day in range(3):
        shift = make_past_shift(
            cast.team, starts_at=NINE - day * 24 * HOUR, ends_at=ELEVEN - day * 24 * HOUR
        )
        make_record(shift, exact)
        make_record(shift, human, in_at=shift.starts_at + 3 * MINUTE)
    assert [one.volunteer_id for one in seen(Rule.PUNCTUAL)] == [exact.pk]


def test_hours_outside_of_their_project_are_seen(cast: Cast) -> None:
    record = make_record(make_past_shift(cast.team))
    project = record.signup.shift.activity.project
    Project.objects.filter(pk=project.pk).update(
        starts_on=date(2026, 11, 17), ends_on=date(2026, 12, 1)
    )
    [found] = seen(Rule.OUTSIDE)
    assert (found.records, found.numbers["records"]) == ([record.pk], 1)


def _scan(record: ServiceRecord, *, kind: FlagKind, value: int, device: str = "") -> None:
    scan = Scan.objects.create(
        nonce=f"n{record.pk}{kind}", shift=record.signup.shift, volunteer=record.volunteer,
        direction=Direction.IN, method=Method.VENUE_CODE, at=NINE, is_accepted=True,
        device=device,
    )  # fmt: skip
    ScanFlag.objects.create(scan=scan, kind=kind, value=value)


def test_flags_of_scans_become_findings(cast: Cast) -> None:
    shift = make_past_shift(cast.team)
    records = [make_record(shift) for _ in range(2)]
    for one in records:
        _scan(one, kind=FlagKind.SAME_DEVICE, value=7, device="d" * 32)
        _scan(one, kind=FlagKind.FAR, value=5)
    assert told(Rule.DEVICE) == [{"people": 7, "limit": 3}]
    assert told(Rule.PLACE) == [{"scans": 2, "kilometers": 5, "limit": 2}]
    assert seen(Rule.PLACE)[0].records == [one.pk for one in records]


def test_same_facts_are_found_once_and_new_ones_open_a_finding_again(cast: Cast) -> None:
    for _ in range(3):
        enter(cast)
    at = EVENING + HOUR
    assert (actions.look(at=at) > 0, actions.look(at=at + HOUR)) == (True, 0)
    finding = Finding.objects.get(rule=Rule.BULK)
    actions.set_aside(finding_id=finding.pk, reason="大型活动", by=cast.officer, at=at)
    actions.look(at=at + HOUR)
    finding.refresh_from_db()
    assert finding.state == "set_aside"
    enter(cast, at=EVENING + MINUTE)
    actions.look(at=at + 2 * HOUR)
    finding.refresh_from_db()
    assert (finding.state, finding.numbers["records"], finding.evidence.count()) == ("open", 4, 4)


def test_saboteur_who_keeps_the_clock_in_the_key_finds_everything_twice(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    from voluncity.service.integrity.actions import looking

    for _ in range(3):
        enter(cast)
    actions.look(at=EVENING + HOUR)
    before = Finding.objects.filter(rule=Rule.BULK).count()
    monkeypatch.setattr(looking, "key_of", lambda found: f"later:{rules.key_of(found)}")
    actions.look(at=EVENING + 2 * HOUR)
    assert Finding.objects.filter(rule=Rule.BULK).count() == 2 * before


def test_looking_asks_as_often_for_many_records_as_for_few(cast: Cast) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as questions:
            for look in LOOKS.values():
                list(look(PERIOD, limits))
        return len(questions)

    limits = Limits.on(local_date(EVENING))
    shift = make_past_shift(cast.team)
    make_presence(shift)
    hours.compute_due(at=EVENING)
    few = asked()
    for _ in range(30):
        make_presence(shift, in_at=NINE + 2 * MINUTE)
    hours.compute_due(at=EVENING)
    assert asked() == few


def test_journal_says_ids_and_numbers_only(cast: Cast) -> None:
    for _ in range(3):
        enter(cast)
    actions.look(at=EVENING + HOUR)
    told_of = Entry.objects.filter(verb="integrity.notice").values_list("data", flat=True)
    assert {tuple(data) for data in told_of} == {("rule", "organization")}
    assert Evidence.objects.count() >= 3


def test_every_rule_has_words_for_its_numbers() -> None:
    numbers = {
        "records": 1, "people": 2, "absent": 3, "limit": 4, "night_from": 23, "night_to": 5,
        "minutes": 61, "scans": 1, "kilometers": 5, "gap": 3, "shifts": 2, "share": 60,
        "exact": 2, "seconds": 30, "starts_on": "2026-01-01", "ends_on": "2026-02-01",
    }  # fmt: skip
    assert set(CATALOG) == set(Rule)
    assert all("{" not in words_of(rule, numbers) for rule in Rule)
