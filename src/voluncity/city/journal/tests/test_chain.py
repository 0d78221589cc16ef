"""Sealing numbers and chains what was committed; whoever changes the past is found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

from voluncity.city.journal import append_only
from voluncity.city.journal.actions import feed_reader, record, record_many, seal_entries
from voluncity.city.journal.chain import GENESIS, entry_hash
from voluncity.city.journal.models import Cursor, Entry, Head
from voluncity.city.journal.queries import chain_faults, history
from voluncity.testing.make_people import NOON, make_user

pytestmark = pytest.mark.django_db


def write(number: int, verb: str = "people.register") -> list[Entry]:
    return [record(verb, ("volunteer", n), by=None, at=NOON, n=n) for n in range(number)]


@contextmanager
def without_guards() -> Iterator[Callable[..., None]]:
    """Do what an intruder with the database's password does."""
    with connection.cursor() as cursor:
        for statement in append_only.remove_sql(connection.vendor, "journal_entry"):
            cursor.execute(statement)
        yield cursor.execute


def faults() -> list[str]:
    return [fault for fault in chain_faults() if "guard" not in fault]


def test_entries_are_numbered_in_order_and_each_holds_the_hash_before_it() -> None:
    first, second, third = write(3)
    assert seal_entries(limit=2) == 2
    assert seal_entries() == 1
    assert seal_entries() == 0

    sealed = list(Entry.objects.order_by("sequence"))
    assert [(one.pk, one.sequence) for one in sealed] == [
        (first.pk, 1),
        (second.pk, 2),
        (third.pk, 3),
    ]
    assert [one.previous_hash for one in sealed] == [GENESIS, sealed[0].hash, sealed[1].hash]
    head = Head.objects.get()
    assert (head.sequence, head.hash) == (3, sealed[2].hash)
    assert chain_faults() == []


def test_an_empty_journal_has_no_faults() -> None:
    assert chain_faults() == []


def test_the_hash_covers_everything_that_an_entry_says() -> None:
    [entry] = write(1)
    seen = {entry_hash(entry, sequence=1, previous=GENESIS)}
    for name, other in (
        ("verb", "people.other"),
        ("subject_type", "user"),
        ("subject_id", 9),
        ("actor_id", 4),
        ("on_behalf_of_id", 5),
        ("data", {"n": 1}),
        ("id", 99),
        ("at", NOON.replace(minute=1)),
    ):
        right = getattr(entry, name)
        setattr(entry, name, other)
        seen.add(entry_hash(entry, sequence=1, previous=GENESIS))
        setattr(entry, name, right)
    seen.add(entry_hash(entry, sequence=2, previous=GENESIS))
    seen.add(entry_hash(entry, sequence=1, previous="f" * 64))
    assert len(seen) == 11


def test_text_that_no_encoding_knows_does_not_stop_the_sealing() -> None:
    entry = Entry(verb="people.odd", subject_type="volunteer", at=NOON, data={"x": "\ud800"})
    assert len(entry_hash(entry, sequence=1, previous=GENESIS)) == 64


def test_a_changed_entry_is_named() -> None:
    _, second, _ = write(3)
    seal_entries()
    with without_guards() as execute:
        execute("UPDATE journal_entry SET subject_id = 1000 WHERE id = %s", [second.pk])
    assert faults() == [f"journal: entry {second.pk} (number 2) was changed after sealing"]


def test_a_changed_entry_with_a_new_hash_breaks_the_next_one() -> None:
    _, second, third = write(3)
    seal_entries()
    second.refresh_from_db()
    second.subject_id = 1000
    forged = entry_hash(second, sequence=2, previous=second.previous_hash or "")
    with without_guards() as execute:
        execute(
            "UPDATE journal_entry SET subject_id = 1000, hash = %s WHERE id = %s",
            [forged, second.pk],
        )
    assert faults() == [f"journal: entry {third.pk} (number 3) does not follow the one before"]


def test_a_deleted_entry_is_missed() -> None:
    _, second, third = write(3)
    seal_entries()
    with without_guards() as execute:
        execute("DELETE FROM journal_entry WHERE id = %s", [second.pk])
    assert faults() == [
        "journal: entry number 2 is missing",
        f"journal: entry {third.pk} (number 3) does not follow the one before",
    ]


def test_an_inserted_entry_is_found() -> None:
    first, second = write(2)
    seal_entries()
    with without_guards() as execute:
        execute("UPDATE journal_entry SET sequence = 3 WHERE id = %s", [second.pk])
        stranger = Entry.objects.create(
            verb="people.register",
            subject_type="volunteer",
            subject_id=7,
            at=NOON,
            sequence=2,
            previous_hash=Entry.objects.get(pk=first.pk).hash,
            hash="a" * 64,
        )
    assert faults() == [
        f"journal: entry {stranger.pk} (number 2) was changed after sealing",
        f"journal: entry {second.pk} (number 3) does not follow the one before",
        f"journal: entry {second.pk} (number 3) was changed after sealing",
        "journal: the head says 2 entries, the chain ends at 3",
    ]


def test_two_entries_that_changed_places_are_found() -> None:
    _, second, third = write(3)
    seal_entries()
    with without_guards() as execute:
        execute("UPDATE journal_entry SET sequence = -1 WHERE id = %s", [second.pk])
        execute("UPDATE journal_entry SET sequence = 2 WHERE id = %s", [third.pk])
        execute("UPDATE journal_entry SET sequence = 3 WHERE id = %s", [second.pk])
    found = faults()
    assert f"journal: entry {third.pk} (number 2) does not follow the one before" in found
    assert f"journal: entry {second.pk} (number 3) does not follow the one before" in found


def test_a_tail_that_was_cut_off_is_missed_by_head_and_readers() -> None:
    _, second, third = write(3)
    seal_entries()
    feed_reader("honor.totals", lambda _: None)
    with without_guards() as execute:
        execute("DELETE FROM journal_entry WHERE id IN (%s, %s)", [second.pk, third.pk])
    assert faults() == [
        "journal: the head says 3 entries, the chain ends at 1",
        "journal: reader honor.totals has read number 3, the chain ends at 1",
    ]
    Head.objects.update(sequence=1, hash=Entry.objects.get().hash)
    assert faults() == ["journal: reader honor.totals has read number 3, the chain ends at 1"]


def test_a_head_that_was_deleted_is_missed() -> None:
    write(1)
    seal_entries()
    Head.objects.all().delete()
    assert chain_faults() == ["journal: the head says 0 entries, the chain ends at 1"]


def test_missing_guards_are_faults_too() -> None:
    with without_guards():
        pass
    assert chain_faults()[0] == (
        "journal: the database no longer has the guard journal_entry_no_update"
    )


def test_no_more_faults_than_asked_for() -> None:
    write(5)
    seal_entries()
    with without_guards() as execute:
        execute("UPDATE journal_entry SET subject_id = 1000")
    assert len(chain_faults(limit=3)) == 3


def test_history_tells_one_subject_in_order_with_who_did_it() -> None:
    user = make_user("李强")
    record("people.register", ("volunteer", 1), by=user, at=NOON)
    record("people.register", ("volunteer", 2), by=user, at=NOON)
    record_many("people.log_in", [(user, {"way": "code"})], by=user, at=NOON)
    record("people.close", ("volunteer", 1), by=None, at=NOON)
    told = [
        (entry.verb, entry.actor and entry.actor.display_name) for entry in history("volunteer", 1)
    ]
    assert told == [("people.register", "李强"), ("people.close", None)]
    assert [(e.subject_id, e.data) for e in history("user", user.pk)] == [
        (user.pk, {"way": "code"})
    ]


def test_a_cursor_beyond_nothing_is_no_fault() -> None:
    Cursor.objects.create(reader="new", position=0)
    assert chain_faults() == []
