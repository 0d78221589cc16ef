"""The database's quick look finds nothing in clean books, whatever honest people did."""

from __future__ import annotations

from datetime import timedelta

import pytest

from voluncity.city.journal import wrong_rows
from voluncity.city.journal.tasks import catch_up
from voluncity.service.hours import actions, queries
from voluncity.service.hours.models import ServiceRecord
from voluncity.service.hours.queries import proofs
from voluncity.service.hours.states import RecordState
from voluncity.service.hours.tests.steps import Cast
from voluncity.service.hours.tests.test_books import guards_off
from voluncity.testing.make_hours import EVENING, NINE, make_past_shift, make_posted

pytestmark = pytest.mark.django_db


def candidates() -> list[int]:
    states = (RecordState.POSTED, RecordState.REVERSED)
    return [
        *proofs.unlike_their_transfer(),
        *proofs.unlike_their_record(),
        *proofs.without_entry("hours.post", states),
        *proofs.without_entry("hours.reverse", states[1:]),
        *proofs.with_overlaps(),
    ]


@pytest.mark.parametrize("late", [0, 1, 59, 60, 61])
@pytest.mark.parametrize("micros", [0, 1, 500_000, 999_999])
def test_clean_books_have_no_candidate(people: Cast, late: int, micros: int) -> None:
    came = NINE + timedelta(seconds=late, microseconds=micros)
    left = came + timedelta(minutes=70, seconds=30)
    shift = make_past_shift(people.team)
    kept = make_posted(shift, in_at=came, out_at=left)
    back = make_posted(make_past_shift(people.team), in_at=came, out_at=left)
    actions.reverse(record_id=back.pk, reason="写错", by=people.admin, at=EVENING)
    catch_up()
    assert kept.minutes == 70
    assert candidates() == []
    assert proofs.as_many_issued_as_recorded() is True


@pytest.mark.parametrize("by", [-60, -1, 60])
def test_counted_times_that_moved_by_a_minute_are_candidates(people: Cast, by: int) -> None:
    record = make_posted(make_past_shift(people.team))
    catch_up()
    moved = record.counted_to + timedelta(seconds=by)
    ServiceRecord.objects.filter(pk=record.pk).update(counted_to=moved, actual_to=moved)
    assert list(proofs.unlike_their_transfer()) == [record.pk]


def test_many_faults_are_fetched_in_pages(people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    records = [make_posted(make_past_shift(people.team)) for _ in range(3)]
    catch_up()
    monkeypatch.setattr(wrong_rows, "PAGE", 1)
    with guards_off() as cursor:
        cursor.execute("UPDATE hours_servicerecord SET minutes = 7")
    told = [fault for fault in queries.faults(limit=99) if "counted times" in fault]
    assert told == [
        f"hours: record {record.pk} says 7 minutes, its counted times say otherwise"
        for record in records
    ]
