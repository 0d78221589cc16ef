"""Two people decide at the same moment; each test also shows a saboteur that loses the race."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from secrets import token_hex
from typing import Any

import pytest

from voluncity.city.ledger.models import Transfer
from voluncity.city.people.models import User
from voluncity.service.hours import actions, queries
from voluncity.service.hours.actions import computing, deciding, loading, posting
from voluncity.service.hours.models import ServiceRecord
from voluncity.testing.at_once import together
from voluncity.testing.make_hours import (
    EVENING,
    make_leader,
    make_past_shift,
    make_presence,
    make_record,
)
from voluncity.testing.make_people import make_volunteer

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

WAIT = 0.6


@contextmanager
def slow(monkeypatch: pytest.MonkeyPatch, module: Any, name: str) -> Iterator[None]:
    """Let both meet after they have looked and before they write, if nothing makes them wait."""
    real, gate = getattr(module, name), threading.Barrier(2)

    def look_then_wait(*args: Any, **kwargs: Any) -> Any:
        seen = real(*args, **kwargs)
        try:
            gate.wait(WAIT)
        except threading.BrokenBarrierError:
            gate.reset()
        return seen

    with monkeypatch.context() as patch:
        patch.setattr(module, name, look_then_wait)
        yield


def confirming(record: ServiceRecord, by: User) -> Callable[[], object]:
    return lambda: actions.confirm(record_ids=[record.pk], by=by, at=EVENING)


def double_confirm(monkeypatch: pytest.MonkeyPatch) -> tuple[Counter[str], ServiceRecord]:
    record = make_record()
    first, second = make_leader(record.organization), make_leader(record.organization, "钱二")
    with slow(monkeypatch, deciding, "taken_around"):
        met = together(confirming(record, first), confirming(record, second))
    return met, record


def test_double_confirm_makes_one_transfer(monkeypatch: pytest.MonkeyPatch) -> None:
    met, record = double_confirm(monkeypatch)
    assert met == {"done": 1, "wrong_state.confirm": 1}
    assert Transfer.objects.count() == 1
    assert queries.minutes_of(record.volunteer_id).proven == 120


def test_saboteur_who_looks_then_books_without_key_or_guard_books_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(loading, "take_turns", lambda _ids: None)
    monkeypatch.setattr(posting, "transfer_key", lambda pk: f"record:{pk}:{token_hex(4)}")
    monkeypatch.setattr(deciding, "_mark_confirmed", lambda records, by, at: None)

    def step_without_guard(_verb: str, _records: object, **_changes: object) -> None:
        return None

    monkeypatch.setattr(posting, "_step", step_without_guard)
    met, record = double_confirm(monkeypatch)
    assert met == {"done": 2}
    assert Transfer.objects.count() == 2
    assert queries.minutes_of(record.volunteer_id).proven == 240


def overlap_elsewhere(monkeypatch: pytest.MonkeyPatch) -> tuple[Counter[str], int]:
    volunteer = make_volunteer()
    here, there = make_record(volunteer=volunteer), make_record(volunteer=volunteer)
    with slow(monkeypatch, deciding, "taken_around"):
        met = together(
            confirming(here, make_leader(here.organization)),
            confirming(there, make_leader(there.organization)),
        )
    return met, volunteer.pk


def test_two_organizations_cannot_count_the_same_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    met, volunteer_id = overlap_elsewhere(monkeypatch)
    assert met == {"done": 1, "hours.overlap": 1}
    assert queries.minutes_of(volunteer_id).proven == 120
    assert queries.faults() == []


def test_saboteur_who_takes_no_turn_counts_them_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "take_turns", lambda _ids: None)
    met, volunteer_id = overlap_elsewhere(monkeypatch)
    assert met == {"done": 2}
    assert queries.minutes_of(volunteer_id).proven == 240
    assert any("overlaps" in fault for fault in queries.faults())


def test_two_workers_make_one_record(monkeypatch: pytest.MonkeyPatch) -> None:
    shift = make_past_shift()
    for _ in range(3):
        make_presence(shift)
    with slow(monkeypatch, computing, "_set_approvers"):
        together(lambda: actions.compute_due(at=EVENING), lambda: actions.compute_due(at=EVENING))
    assert ServiceRecord.objects.count() == 3


def test_bulk_in_opposite_order_ends_without_deadlock() -> None:
    shift = make_past_shift()
    leader = make_leader(shift.activity.project.organization)
    volunteers = [make_volunteer() for _ in range(6)]
    later = make_past_shift(
        shift.activity.project.organization,
        starts_at=shift.ends_at,
        ends_at=shift.ends_at + (shift.ends_at - shift.starts_at),
    )
    for volunteer in volunteers:
        make_presence(shift, volunteer)
    for volunteer in reversed(volunteers):
        make_presence(later, volunteer)
    actions.compute_due(at=EVENING)
    mornings = list(ServiceRecord.objects.filter(signup__shift=shift).values_list("pk", flat=True))
    noons = list(ServiceRecord.objects.filter(signup__shift=later).values_list("pk", flat=True))
    met = together(
        lambda: actions.confirm(record_ids=mornings, by=leader, at=EVENING),
        lambda: actions.confirm(record_ids=noons, by=leader, at=EVENING),
    )
    assert met == {"done": 2}
    assert {queries.minutes_of(one.pk).proven for one in volunteers} == {240}
