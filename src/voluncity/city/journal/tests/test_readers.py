"""Every reader reads every sealed entry once, in order, whatever fails on the way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from voluncity.city.journal import actions, queries
from voluncity.city.journal.actions import feed_reader, note_failure, record
from voluncity.city.journal.models import Cursor, Entry
from voluncity.city.journal.tasks import ROUNDS, catch_up, keep_up
from voluncity.city.people.models import User
from voluncity.testing.make_people import NOON, make_user

pytestmark = pytest.mark.django_db
HERE = __name__
_read: list[tuple[str, int]] = []
_broken: set[int] = set()


def first(entries: list[Entry]) -> None:
    """Write what was read where a rollback undoes it."""
    for entry in entries:
        if entry.subject_id in _broken:
            raise ValueError(f"cannot read {entry.subject_id}\0")
        make_user(f"读{entry.subject_id}")
        _read.append(("first", entry.subject_id or 0))


def second(entries: list[Entry]) -> None:
    """Read, and write on what was read, as a decision that took effect does."""
    for entry in entries:
        _read.append(("second", entry.subject_id or 0))
        if entry.verb == "publicity.take_effect":
            record("hours.post", ("record", 100), by=None, at=NOON)


@pytest.fixture(autouse=True)
def _fresh(settings: Settings) -> Iterator[None]:
    settings.VOLUNCITY_READERS = {"a.first": f"{HERE}.first", "b.second": f"{HERE}.second"}
    _read.clear()
    _broken.clear()
    yield
    _read.clear()


def write(*numbers: int, verb: str = "people.register") -> None:
    for number in numbers:
        record(verb, ("volunteer", number), by=None, at=NOON)


def what(reader: str) -> list[int]:
    return [number for name, number in _read if name == reader]


def test_each_reader_reads_everything_once_and_in_order() -> None:
    write(1, 2, 3)
    assert catch_up() == 6
    write(4)
    assert catch_up() == 2
    assert catch_up() == 0
    assert what("first") == what("second") == [1, 2, 3, 4]


def test_unsealed_entries_are_not_read_yet() -> None:
    write(1)
    assert feed_reader("a.first", first) == 0
    assert what("first") == []


def test_what_a_reader_writes_is_read_in_the_same_run() -> None:
    write(1, verb="publicity.take_effect")
    catch_up()
    assert what("first") == [1, 100]
    assert queries.has_news() is False


def test_a_reader_that_fails_in_the_middle_takes_back_its_work_and_keeps_its_place() -> None:
    write(1, 2, 3)
    _broken.add(2)
    catch_up()
    cursor = Cursor.objects.get(reader="a.first")
    assert (cursor.position, cursor.failure) == (0, "ValueError: cannot read 2")
    assert cursor.failed_at is not None
    assert User.objects.filter(display_name__startswith="读").count() == 0
    assert what("second") == [1, 2, 3]

    _broken.clear()
    _read.clear()
    catch_up()
    cursor.refresh_from_db()
    assert (what("first"), cursor.position) == ([1, 2, 3], 3)
    assert cursor.failure == ""
    assert User.objects.filter(display_name__startswith="读").count() == 3


def test_a_reader_that_does_not_exist_stops_nobody(settings: Settings) -> None:
    settings.VOLUNCITY_READERS = {"x.gone": "voluncity.nowhere.read", "b.second": f"{HERE}.second"}
    write(1)
    catch_up()
    assert what("second") == [1]
    assert "ModuleNotFoundError" in Cursor.objects.get(reader="x.gone").failure


def test_a_long_failure_is_cut_and_an_empty_one_named() -> None:
    note_failure("a.first", failure="x" * 2000, at=NOON)
    assert len(Cursor.objects.get(reader="a.first").failure) == 500
    note_failure("a.first", failure="", at=NOON)
    assert Cursor.objects.get(reader="a.first").failure == "unknown"


def test_a_reader_reads_in_portions() -> None:
    write(*range(1, 6))
    actions.seal_entries()
    portions = [feed_reader("a.first", first, limit=2) for _ in range(4)]
    assert portions == [2, 2, 1, 0]
    assert what("first") == [1, 2, 3, 4, 5]


def test_a_quiet_journal_is_only_looked_at() -> None:
    write(1)
    catch_up()
    with CaptureQueriesContext(connection) as captured:
        catch_up()
    statements: list[Any] = [query["sql"].split()[0] for query in captured.captured_queries]
    assert set(statements) == {"SELECT"}


def test_a_portion_is_fetched_once_for_readers_that_are_equally_far(
    settings: Settings,
) -> None:
    write(1, 2, 3)
    actions.seal_entries()
    feed_reader("b.second", second, limit=1)
    settings.VOLUNCITY_READERS |= {"c.third": f"{HERE}.second"}
    with CaptureQueriesContext(connection) as captured:
        catch_up()
    fetched = [q["sql"] for q in captured.captured_queries if '"sequence" > ' in q["sql"]]
    assert len(fetched) == 2  # one for the first and the third reader, one for the second
    assert sorted(what("second")) == [1, 1, 2, 2, 3, 3]
    assert what("first") == [1, 2, 3]


def test_a_long_backlog_is_read_in_portions_by_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "PORTION", 2)
    monkeypatch.setattr(actions.feed_reader, "__kwdefaults__", {"limit": 2, "read": None})
    write(*range(1, 8))
    assert catch_up() == 14
    assert what("first") == what("second") == [1, 2, 3, 4, 5, 6, 7]


def test_a_forgetful_reader_would_read_twice() -> None:
    """The saboteur: a cursor that moves in another transaction than the work."""

    def forgetful(name: str) -> None:
        cursor, _ = Cursor.objects.get_or_create(reader=name)
        for entry in Entry.objects.filter(sequence__gt=cursor.position).order_by("sequence"):
            first([entry])  # each entry takes effect alone …
        cursor.position = 3  # … and the cursor moves only when all went well
        cursor.save()

    write(1, 2, 3)
    actions.seal_entries()
    _broken.add(3)
    with pytest.raises(ValueError, match="cannot read 3"):
        forgetful("a.first")
    _broken.clear()
    forgetful("a.first")
    assert what("first") == [1, 2, 1, 2, 3]


def echo(entries: list[Entry]) -> None:
    """Write another entry for each one, as if somebody were always quicker than the worker."""
    for entry in entries:
        _read.append(("echo", entry.subject_id or 0))
        write((entry.subject_id or 0) + 1)


def test_a_turn_of_the_worker_ends_although_new_entries_keep_coming(settings: Settings) -> None:
    settings.VOLUNCITY_READERS = {"a.echo": f"{HERE}.echo"}
    write(1)
    assert keep_up() == ROUNDS
    assert what("echo") == [1, 2]
    assert keep_up() == ROUNDS  # nothing was lost: the next turn goes on where this one ended
    assert what("echo") == [1, 2, 3, 4]
