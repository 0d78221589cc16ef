"""What happened stays as it was written: the database itself says no."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from voluncity.city.journal.actions import record, seal_entries
from voluncity.city.journal.append_only import guards, missing_guards
from voluncity.city.journal.models import Entry
from voluncity.testing.make_people import NOON

pytestmark = pytest.mark.django_db
COLUMNS: list[tuple[str, str | int]] = [
    ("at", "2020-01-01 00:00:00"),
    ("verb", "people.other"),
    ("subject_type", "other"),
    ("subject_id", 99),
    ("data", '{"minutes": 1}'),
    ("actor_id", 1),
    ("on_behalf_of_id", 1),
    ("id", 77),
]


def refused(statement: str, *values: str | int) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
    except DatabaseError as error:
        return "append-only" in str(error)
    return False


@pytest.mark.parametrize(("column", "value"), COLUMNS)
@pytest.mark.parametrize("is_sealed", [False, True])
def test_nothing_in_an_entry_can_be_changed(column: str, value: str | int, is_sealed: bool) -> None:
    entry = record("people.register", ("volunteer", 1), by=None, at=NOON, minutes=5)
    if is_sealed:
        seal_entries()
    assert refused(f"UPDATE journal_entry SET {column} = %s WHERE id = %s", value, entry.pk)  # noqa: S608 -- our own words


def test_an_entry_cannot_be_deleted() -> None:
    entry = record("people.register", ("volunteer", 1), by=None, at=NOON)
    assert refused("DELETE FROM journal_entry WHERE id = %s", entry.pk)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Entry.objects.all().delete()
    assert Entry.objects.get() == entry


@pytest.mark.parametrize(
    ("column", "value"), [("sequence", 9), ("hash", "f" * 64), ("previous_hash", "e" * 64)]
)
def test_a_seal_is_set_once(column: str, value: str | int) -> None:
    entry = record("people.register", ("volunteer", 1), by=None, at=NOON)
    assert seal_entries() == 1
    assert refused(f"UPDATE journal_entry SET {column} = %s WHERE id = %s", value, entry.pk)  # noqa: S608 -- our own words
    assert refused(f"UPDATE journal_entry SET {column} = NULL WHERE id = %s", entry.pk)  # noqa: S608 -- our own words


def test_there_is_no_back_door_to_deleting() -> None:
    if connection.vendor == "sqlite":  # REPLACE deletes the row with the same id
        entry = record("people.register", ("volunteer", 1), by=None, at=NOON)
        back_door = (
            "INSERT OR REPLACE INTO journal_entry (id, at, verb, subject_type, data)"
            " VALUES (%s, '2020-01-01', 'people.other', 'volunteer', '{}')"
        )
        assert refused(back_door, entry.pk)
    else:  # TRUNCATE asks no row
        assert refused("TRUNCATE journal_entry CASCADE")


def test_a_guard_that_is_gone_is_named() -> None:
    assert missing_guards("journal_entry") == []
    name = guards(connection.vendor, "journal_entry")[0]
    on_table = "" if connection.vendor == "sqlite" else " ON journal_entry"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {name}{on_table}")
    assert missing_guards("journal_entry") == ["journal_entry_no_update"]
