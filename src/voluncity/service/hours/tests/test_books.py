"""The books prove themselves: whatever is changed behind the actions is named."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from voluncity.city.journal.models import Entry
from voluncity.city.journal.queries import chain_faults
from voluncity.city.journal.tasks import catch_up
from voluncity.city.ledger.models import Account, Transfer
from voluncity.city.ledger.queries import book_faults
from voluncity.city.people.models import User, Volunteer
from voluncity.kernel.refusals import Refusal
from voluncity.service.hours import actions, queries
from voluncity.service.hours.models import ServiceRecord
from voluncity.service.hours.queries import checks
from voluncity.service.hours.rules import Span
from voluncity.service.hours.tests.steps import Cast
from voluncity.testing.make_hours import (
    EVENING,
    MINUTE,
    NINE,
    make_leader,
    make_org_admin,
    make_past_shift,
    make_posted,
    make_presence,
)
from voluncity.testing.make_orgs import make_organization
from voluncity.testing.make_people import make_volunteer


def all_faults() -> list[str]:
    """Return what `check-books` prints about journal, ledger and hours."""
    return chain_faults() + book_faults() + queries.faults()


@contextmanager
def guards_off() -> Iterator[Any]:
    """Step over the guards, as somebody with the database's password could; put them back."""
    with connection.cursor() as cursor:
        off, back = _sqlite(cursor) if connection.vendor == "sqlite" else _postgres()
        for statement in off:
            cursor.execute(statement)
        yield cursor
        for statement in back:
            cursor.execute(statement)


def _sqlite(cursor: Any) -> tuple[list[str], list[str]]:
    cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    found = cursor.fetchall()
    off = [f'DROP TRIGGER "{name}"' for name, _ in found]
    pragma = "PRAGMA ignore_check_constraints = "
    return [pragma + "ON", *off], [pragma + "OFF", *(sql for _, sql in found)]


def _postgres() -> tuple[list[str], list[str]]:
    tables = ("journal_entry", "ledger_transfer")
    now = "SET CONSTRAINTS ALL IMMEDIATE"  # no table is altered while its foreign keys wait
    return (
        [now] + [f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in tables],
        [now] + [f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in tables],
    )


@pytest.fixture
def posted(people: Cast) -> ServiceRecord:
    make_posted(make_past_shift(people.team))
    record = make_posted(make_past_shift(people.team))
    catch_up()
    assert all_faults() == []
    return record


def forge(statement: str, *values: object) -> list[str]:
    with guards_off() as cursor:
        cursor.execute(statement, values)
        changed = cursor.rowcount
    assert changed == 1
    return all_faults()


def test_changed_minutes_of_a_record_are_named(posted: ServiceRecord) -> None:
    faults = forge("UPDATE hours_servicerecord SET minutes = 600 WHERE id = %s", posted.pk)
    entry = Entry.objects.get(verb="hours.post", subject_id=posted.pk)
    assert faults == [
        f"hours: record {posted.pk} says 600 minutes, its counted times say otherwise",
        f"hours: record {posted.pk} says 600 minutes, its transfer {posted.transfer_id} moved 120",
        f"hours: record {posted.pk} differs from journal entry {entry.pk} in minutes",
    ]


def test_changed_amount_of_a_transfer_is_named(posted: ServiceRecord) -> None:
    faults = forge("UPDATE ledger_transfer SET amount = 600 WHERE id = %s", posted.transfer_id)
    assert (
        f"hours: record {posted.pk} says 120 minutes, its transfer {posted.transfer_id} moved 600"
        in faults
    )
    assert any(f"minutes:volunteer:{posted.volunteer_id}:proven" in fault for fault in faults)


def test_changed_balance_is_named(posted: ServiceRecord) -> None:
    key = f"minutes:volunteer:{posted.volunteer_id}:proven"
    faults = forge("UPDATE ledger_account SET balance = 9999 WHERE key = %s", key)
    assert len(faults) == 1
    assert key in faults[0]


def test_changed_journal_is_named(posted: ServiceRecord) -> None:
    entry = Entry.objects.get(verb="hours.post", subject_id=posted.pk)
    faults = forge(
        "UPDATE journal_entry SET data = REPLACE(CAST(data AS TEXT), '120', '720') WHERE id = %s"
        if connection.vendor == "sqlite"
        else "UPDATE journal_entry SET data = jsonb_set(data, '{minutes}', '720') WHERE id = %s",
        entry.pk,
    )
    assert any(f"entry {entry.pk}" in fault and "changed" in fault for fault in faults)
    assert f"hours: record {posted.pk} differs from journal entry {entry.pk} in minutes" in faults


def test_hours_sold_in_all_tables_at_once_still_break_the_journal(posted: ServiceRecord) -> None:
    """Somebody raises record, transfer and balance alike: the chained entry tells."""
    with guards_off() as cursor:
        cursor.execute(
            "UPDATE hours_servicerecord SET minutes = 180, planned_to = %s, actual_to = %s, "
            "counted_to = %s WHERE id = %s",
            [NINE + timedelta(hours=3)] * 3 + [posted.pk],
        )
        cursor.execute(
            "UPDATE ledger_transfer SET amount = 180 WHERE id = %s", [posted.transfer_id]
        )
        cursor.execute(
            "UPDATE ledger_account SET balance = 180 WHERE key = %s",
            [f"minutes:volunteer:{posted.volunteer_id}:proven"],
        )
    entry = Entry.objects.get(verb="hours.post", subject_id=posted.pk)
    assert all_faults() == [
        f"hours: record {posted.pk} differs from journal entry {entry.pk} in minutes"
    ]


def test_hours_given_to_another_volunteer_are_named(posted: ServiceRecord) -> None:
    other = make_volunteer()
    faults = forge(
        "UPDATE hours_servicerecord SET volunteer_id = %s WHERE id = %s", other.pk, posted.pk
    )
    assert faults[0] == (
        f"hours: record {posted.pk} is proven of volunteer {other.pk}, "
        f"its transfer {posted.transfer_id} is not"
    )


def test_minutes_issued_without_a_record_are_named(posted: ServiceRecord) -> None:
    from voluncity.city.ledger import actions as ledger

    transfer = ledger.transfer(
        debit=Account.objects.get(key="minutes:issued:proven"),
        credit=Account.objects.get(key=f"minutes:volunteer:{posted.volunteer_id}:proven"),
        amount=300,
        key="gift:1",
        source="gift:1",
        reason="卖的",
        at=EVENING,
        by=None,
    )
    assert all_faults() == [
        f"hours: transfer {transfer.pk} (gift:1) issues minutes without a record"
    ]


def test_record_put_back_from_reversed_is_named(people: Cast, posted: ServiceRecord) -> None:
    actions.reverse(record_id=posted.pk, reason="写错", by=people.admin, at=EVENING)
    entry = Entry.objects.get(verb="hours.reverse")
    faults = forge("UPDATE hours_servicerecord SET state = 'posted' WHERE id = %s", posted.pk)
    assert faults == [
        f"hours: record {posted.pk} is posted, its transfer {posted.transfer_id} says otherwise",
        f"hours: record {posted.pk} is posted, journal entry {entry.pk} says hours.reverse",
    ]


def test_record_marked_reversed_without_doing_it_is_named(posted: ServiceRecord) -> None:
    faults = forge(
        "UPDATE hours_servicerecord SET state = 'reversed', state_reason = 'x' WHERE id = %s",
        posted.pk,
    )
    assert faults == [
        f"hours: record {posted.pk} is reversed, its transfer {posted.transfer_id} says otherwise",
        f"hours: record {posted.pk} has no journal entry hours.reverse",
    ]


def test_record_without_its_entry_and_entry_without_its_record_are_named(
    posted: ServiceRecord,
) -> None:
    entry = Entry.objects.get(verb="hours.post", subject_id=posted.pk)
    faults = forge("UPDATE journal_entry SET verb = 'hours.told' WHERE id = %s", entry.pk)
    assert f"hours: record {posted.pk} has no journal entry hours.post" in faults
    forge("UPDATE journal_entry SET verb = 'hours.post', subject_id = 0 WHERE id = %s", entry.pk)
    assert f"hours: record 0 of journal entry {entry.pk} is gone" in all_faults()


def test_confirming_for_oneself_behind_the_actions_is_named(posted: ServiceRecord) -> None:
    faults = forge(
        "UPDATE hours_servicerecord SET confirmed_by_id = %s WHERE id = %s",
        posted.volunteer.user_id,
        posted.pk,
    )
    assert faults == [f"hours: record {posted.pk} was confirmed or approved by its own volunteer"]


def test_moved_times_that_overlap_are_named(people: Cast) -> None:
    volunteer = make_volunteer()
    first = make_posted(make_past_shift(people.team), volunteer)
    later = make_past_shift(people.team, starts_at=NINE + 180 * MINUTE, ends_at=NINE + 300 * MINUTE)
    second = make_posted(later, volunteer)
    faults = forge(
        "UPDATE hours_servicerecord SET actual_from = %s, counted_from = %s, counted_to = %s "
        "WHERE id = %s",
        NINE + 60 * MINUTE,
        NINE + 60 * MINUTE,
        NINE + 180 * MINUTE,
        second.pk,
    )
    assert faults == [f"hours: record {second.pk} overlaps record {first.pk} of the same volunteer"]


def test_times_that_overlap_across_merged_records_are_named(people: Cast) -> None:
    living, between, merged = make_volunteer(), make_volunteer(), make_volunteer()
    first = make_posted(make_past_shift(people.team), living)
    second = make_posted(make_past_shift(people.team), merged)
    make_posted(make_past_shift(people.team), make_volunteer())
    for record, into in ((merged, between), (between, living)):
        Volunteer.objects.filter(pk=record.pk).update(merged_into=into, closed_at=NINE, user=None)
    assert all_faults() == [
        f"hours: record {second.pk} overlaps record {first.pk} of the same person"
    ]


def test_record_that_points_to_another_transfer_is_named(
    people: Cast, posted: ServiceRecord
) -> None:
    other = make_posted(make_past_shift(people.team))
    actions.reverse(record_id=other.pk, reason="写错", by=people.admin, at=EVENING)
    back = Transfer.objects.exclude(reverses=None).get()
    faults = forge(
        "UPDATE hours_servicerecord SET transfer_id = %s WHERE id = %s", back.pk, posted.pk
    )
    assert f"hours: record {posted.pk} points to transfer {back.pk} of another record" in faults
    assert any(
        f"transfer {posted.transfer_id} (record:{posted.pk}) issues" in one for one in faults
    )


def test_posted_record_without_a_transfer_would_be_named(posted: ServiceRecord) -> None:
    """The database refuses such a row; a damaged file may hold it all the same."""
    posted.transfer = None
    assert list(checks._faults_of(posted)) == ["is posted without a transfer"]


def test_long_journal_is_compared_in_parts(
    posted: ServiceRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "CHUNK", 1)
    assert queries.faults() == []
    with guards_off() as cursor:
        cursor.execute("UPDATE hours_servicerecord SET served_on = '2026-11-15'")
    assert [fault.rsplit(" ", 1)[1] for fault in queries.faults()] == ["served_on", "served_on"]


def test_no_more_faults_are_listed_than_asked_for(people: Cast) -> None:
    for _ in range(3):
        make_posted(make_past_shift(people.team))
    with guards_off() as cursor:
        cursor.execute("UPDATE hours_servicerecord SET minutes = 7")
    assert len(queries.faults(limit=2)) == 2


# -- Whatever people do -----------------------------------------------------------------------

STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["confirm", "approve", "refuse", "shorten", "reverse", "replace", "compute", "publish"]
        ),
        st.integers(0, 4),
        st.integers(0, 2),
        st.integers(0, 150),
    ),
    min_size=4,
    max_size=25,
)


def decide(verb: str, which: int, by: User, minutes: int) -> None:
    """Let somebody do something with the books."""
    from voluncity.city.publicity import actions as publicity

    ids = list(ServiceRecord.objects.order_by("pk").values_list("pk", flat=True))
    record = ServiceRecord.objects.get(pk=ids[which % len(ids)])
    times = Span(record.planned_from, record.planned_from + minutes * MINUTE)
    one: dict[str, Any] = {"record_id": record.pk, "reason": "核实", "by": by, "at": EVENING}
    later = EVENING + timedelta(days=30)
    acts: dict[str, Callable[[], object]] = {
        "confirm": lambda: actions.confirm(record_ids=ids, by=by, at=EVENING),
        "approve": lambda: actions.approve(record_ids=ids, by=by, at=EVENING),
        "refuse": lambda: actions.refuse(record_ids=[record.pk], reason="不实", by=by, at=EVENING),
        "shorten": lambda: actions.adjust(minutes=minutes, **one),
        "reverse": lambda: actions.reverse(**one),
        "replace": lambda: actions.reverse(times=times, **one),
        "compute": lambda: actions.compute_due(at=EVENING),
        "publish": lambda: (publicity.finish_due(today=later.date(), at=later), catch_up()),
    }
    acts[verb]()


class LedgerStory(TestCase):
    """Random decisions by random people never make or lose a minute."""

    @examples(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(steps=STEPS)
    def test_books_balance_after_any_story(self, steps: list[tuple[str, int, int, int]]) -> None:
        team = make_organization()
        staff = [make_leader(team), make_org_admin(team), make_org_admin(team, "吴敏")]
        volunteer = make_volunteer()
        for number in range(5):
            start = NINE + timedelta(minutes=100 * number)  # neighbors overlap by twenty minutes
            shift = make_past_shift(team, starts_at=start, ends_at=start + timedelta(hours=2))
            make_presence(shift, volunteer, in_method=["venue_code", "list"][number % 2])  # type: ignore[arg-type]
        actions.compute_due(at=EVENING)
        for verb, which, who, minutes in steps:
            with suppress(Refusal):
                decide(verb, which, staff[who], minutes)
        catch_up()
        assert all_faults() == []
        posted = ServiceRecord.objects.filter(state="posted")
        total = sum(posted.values_list("minutes", flat=True))
        assert queries.minutes_of(volunteer.pk).total == total
        assert total <= 520  # 09:00 to 17:40: no minute counts twice
        replay = sum(
            move.amount if move.credit.keeps_balance else -move.amount
            for move in Transfer.objects.select_related("credit")
        )
        assert replay == total
