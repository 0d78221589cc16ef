"""Whatever is confirmed, refused and reversed in whatever order: the sums hold (RELIABILITY B3)."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from voluncity.city.ledger import queries as ledger
from voluncity.city.policy.models import PolicyNumber
from voluncity.kernel.refusals import Refusal
from voluncity.service.hours import actions, queries
from voluncity.service.hours.actions import deciding
from voluncity.service.hours.models import COUNTING, ServiceRecord
from voluncity.service.hours.rules import Span, minutes_by_day
from voluncity.service.hours.tests.steps import Cast
from voluncity.testing.make_hours import EVENING, NINE, SCAN, TICK, make_past_shift, make_record
from voluncity.testing.make_people import make_volunteer

HOUR = timedelta(hours=1)
LATER = EVENING + timedelta(days=5)
MOST = 6 * 60  # a day's cap that a few shifts reach
SHIFTS = st.tuples(st.integers(0, 40), st.integers(1, 9), st.booleans())  # start, length, scanned
STEPS = st.tuples(st.sampled_from(["confirm", "approve", "reverse", "refuse"]), st.integers(0, 4))
quietly = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def live_through(
    people: Cast, shifts: list[tuple[int, int, bool]], steps: list[tuple[str, int]]
) -> list[ServiceRecord]:
    """Let one volunteer serve these shifts, and take the steps as far as they are allowed."""
    volunteer = make_volunteer()
    records = [
        make_record(
            make_past_shift(
                people.team,
                starts_at=NINE + start * HOUR / 2,
                ends_at=NINE + (start + length) * HOUR / 2,
            ),
            volunteer,
            at=LATER,
            in_method=SCAN if scanned else TICK,
        )
        for start, length, scanned in shifts
    ]
    for verb, number in steps:
        one = records[number % len(records)]
        try:
            take(people, verb, one)
        except Refusal:
            continue
    return list(ServiceRecord.objects.filter(volunteer=volunteer))


def take(people: Cast, verb: str, one: ServiceRecord) -> None:
    if verb == "confirm":
        actions.confirm(record_ids=[one.pk], by=people.leader, at=LATER)
    elif verb == "approve":
        actions.approve(record_ids=[one.pk], by=people.officer, at=LATER)
    elif verb == "reverse":
        actions.reverse(record_id=one.pk, reason="核实有误", by=people.admin, at=LATER)
    else:
        actions.refuse(record_ids=[one.pk], reason="没有到场", by=people.leader, at=LATER)


def overlapping(records: list[ServiceRecord]) -> int:
    spans = [Span(one.counted_from, one.counted_to) for one in records if one.state in COUNTING]
    return sum(a.overlaps(b) for a, b in combinations(spans, 2))


def fullest_day(records: list[ServiceRecord]) -> int:
    days: dict[date, int] = defaultdict(int)
    for one in records:
        if one.state in COUNTING:
            for day, minutes in minutes_by_day(Span(one.counted_from, one.counted_to)).items():
                days[day] += minutes
    return max(days.values(), default=0)


@quietly
@given(st.lists(SHIFTS, min_size=2, max_size=4), st.lists(STEPS, min_size=3, max_size=9))
def test_minutes_never_overlap_never_pass_the_cap_and_always_add_up(
    people: Cast, shifts: list[tuple[int, int, bool]], steps: list[tuple[str, int]]
) -> None:
    PolicyNumber.objects.get_or_create(
        key="hours.day_most_minutes", valid_from=date(2026, 1, 1), defaults={"value": MOST}
    )
    records = live_through(people, shifts, steps)
    assert (overlapping(records), fullest_day(records) <= MOST) == (0, True)
    posted = sum(one.minutes for one in records if one.state == "posted")
    assert queries.minutes_of(records[0].volunteer_id).total == posted
    assert (queries.faults(), ledger.book_faults()) == ([], [])


TWICE = [(0, 4, True), (1, 4, True)]
BOTH = [("confirm", 0), ("confirm", 1)]


def test_saboteur_who_forgets_the_overlap_is_caught(
    people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert overlapping(live_through(people, TWICE, BOTH)) == 0
    monkeypatch.setattr(deciding, "refuse_overlap", lambda *_, **__: None)
    assert overlapping(live_through(people, TWICE, BOTH)) == 1


def test_saboteur_who_forgets_the_cap_is_caught(
    people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    PolicyNumber.objects.create(
        key="hours.day_most_minutes", valid_from=date(2026, 1, 1), value=MOST
    )
    long = [(0, 8, True), (8, 8, True)]
    assert fullest_day(live_through(people, long, BOTH)) == 240
    monkeypatch.setattr(deciding, "refuse_full_day", lambda *_, **__: None)
    assert fullest_day(live_through(people, long, BOTH)) == 480
