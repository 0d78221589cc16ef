"""Deciding on many asks the database as often as deciding on few."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from voluncity.city.journal.models import Entry
from voluncity.city.publicity.models import Notice
from voluncity.service.hours import actions
from voluncity.service.hours.actions import computing
from voluncity.service.hours.models import ServiceRecord
from voluncity.service.hours.tests.steps import Cast
from voluncity.service.projects.models import Shift
from voluncity.testing.make_hours import (
    ELEVEN,
    EVENING,
    MINUTE,
    SCAN,
    TICK,
    make_crowd,
    make_past_shift,
    make_presence,
)
from voluncity.testing.make_people import make_volunteer
from voluncity.testing.pages import as_

MOST_STATEMENTS = 36  # savepoints, session, permissions and a right that may be lost included


def _ids(shift: Shift) -> list[int]:
    return list(ServiceRecord.objects.filter(signup__shift=shift).values_list("pk", flat=True))


def _computed(people: Cast, number: int, *, method: str = SCAN) -> list[int]:
    shift = make_past_shift(people.team)
    for late in range(number):  # each came a minute later: no two served equally long
        make_presence(
            shift,
            make_volunteer(),
            in_at=shift.starts_at + late * MINUTE,
            in_method=method,  # type: ignore[arg-type]
            out_method=method,  # type: ignore[arg-type]
        )
    actions.compute_due(at=EVENING)
    return _ids(shift)


def _statements(act: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as asked:
        act()
    return len(asked)


@pytest.mark.parametrize("step", ["confirm", "approve", "show", "refuse"])
def test_thirty_records_are_decided_on_in_as_many_statements_as_one(
    people: Cast, step: str
) -> None:
    def decide(number: int) -> int:
        ids = _computed(people, number, method=TICK if step in {"approve", "show"} else SCAN)
        if step in {"approve", "show"}:
            actions.confirm(record_ids=ids, by=people.leader, at=EVENING)
        by = {"approve": people.officer, "show": people.admin}.get(step, people.leader)
        acts: dict[str, Callable[[], object]] = {
            "confirm": lambda: actions.confirm(record_ids=ids, by=by, at=EVENING),
            "approve": lambda: actions.approve(record_ids=ids, by=by, at=EVENING),
            "show": lambda: actions.approve(record_ids=ids, by=by, at=EVENING),
            "refuse": lambda: actions.refuse(record_ids=ids, reason="没有到岗", by=by, at=EVENING),
        }
        return _statements(acts[step])

    decide(1)  # opens what is opened once, like the city's account of issued minutes
    assert decide(30) == decide(1)


def test_thirty_presences_are_computed_in_as_many_statements_as_one(people: Cast) -> None:
    def compute(number: int) -> int:
        shift = make_past_shift(people.team)
        for _ in range(number):
            make_presence(shift)
        return _statements(lambda: actions.compute_due(at=EVENING))

    assert compute(30) == compute(1)


def test_a_leader_confirms_an_event_of_many_in_few_statements(people: Cast) -> None:
    shift = make_past_shift(people.team)
    make_crowd(shift, 120)
    actions.compute_due(at=EVENING)
    ids = _ids(shift)
    client = as_(people.leader)
    url = reverse("hours:desk_confirm", args=[shift.activity_id])
    asked = _statements(lambda: client.post(url, {"records": ids}))
    assert ServiceRecord.objects.filter(state="posted").count() == 120
    # SQLite takes only so many values at once: three of the statements are several there.
    assert asked <= MOST_STATEMENTS + (0 if connection.vendor == "postgresql" else 12)


def test_many_entered_by_hand_are_shown_each_with_its_own_notice(people: Cast) -> None:
    ids = _computed(people, 3, method=TICK)
    actions.confirm(record_ids=ids, by=people.leader, at=EVENING)
    actions.approve(record_ids=ids, by=people.admin, at=EVENING)
    notices = Notice.objects.filter(subject_type="servicerecord").order_by("pk")
    told = Entry.objects.filter(verb="publicity.show").order_by("pk")
    assert sorted(one.subject_id for one in notices) == sorted(ids)
    assert len({one.title for one in notices}) == 3
    assert [(entry.subject_type, entry.subject_id, entry.data) for entry in told] == [
        (
            "notice",
            one.pk,
            {
                "workdays": one.workdays,
                "kind": "hours",
                "subject_type": "servicerecord",
                "subject_id": one.subject_id,
            },
        )
        for one in notices
    ]
    assert {one.shown_from for one in notices} == {ELEVEN.date()}


def test_presences_of_many_looks_and_batches_are_all_computed(
    people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(computing, "AT_ONCE", 4)
    monkeypatch.setattr(computing, "BATCH", 3)
    shift = make_past_shift(people.team)
    for _ in range(9):
        make_presence(shift)
    assert actions.compute_due(at=EVENING) == 9
    assert len(_ids(shift)) == 9
    assert actions.compute_due(at=EVENING) == 0
