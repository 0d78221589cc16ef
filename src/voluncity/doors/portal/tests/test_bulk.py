"""Many rows at once arrive as Django itself would have written them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction

from voluncity.city.journal.models import Entry
from voluncity.city.orgs.models import Membership
from voluncity.city.people.models import User
from voluncity.city.publicity.models import CalendarDay
from voluncity.kernel import bulk
from voluncity.kernel.bulk import copy_rows, settle_sequence

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 5, 1, 30, 15, 123456, tzinfo=UTC)
DATA = {"minutes": 90, "名": "“引号”\t\\N\n", "none": None, "yes": True}
USER = ["handle", "display_name", "password", "phone_cipher", "is_active", "created_at"]


def _user(number: int) -> tuple[object, ...]:
    return (f"resident-{number}", "王\t芳\\N\n😀", "!", "", True, AT)


def test_copied_rows_read_as_saved_ones() -> None:
    columns = ["at", "verb", "subject_type", "subject_id", "data"]
    saved = Entry.objects.create(
        at=AT, verb="hours.post", subject_type="record", subject_id=7, data=DATA
    )
    count = copy_rows(Entry, columns, [(AT, "hours.post", "record", 7, DATA)])
    first, second = Entry.objects.order_by("pk").values(*columns, "actor", "sequence", "hash")
    assert (count, first, saved.data) == (1, second, DATA)


def test_copied_days_are_found_by_day() -> None:
    copy_rows(CalendarDay, ["day", "is_workday", "name"], [(date(2031, 2, 3), False, "休")])
    assert CalendarDay.objects.get(day=date(2031, 2, 3)).name == "休"


def test_rows_are_streamed_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "SQLITE_BATCH", 3)

    def rows() -> Iterator[tuple[object, ...]]:
        yield from (_user(number) for number in range(8))

    assert copy_rows(User, USER, rows()) == 8
    assert User.objects.filter(display_name="王\t芳\\N\n😀", created_at=AT).count() == 8


def test_no_rows_are_no_work() -> None:
    assert copy_rows(User, USER, []) == 0


def test_a_row_that_breaks_a_constraint_leaves_none() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        copy_rows(User, USER, [_user(1), _user(2), _user(1)])
    assert not User.objects.exists()


@pytest.mark.parametrize("wrong", [("x",), (*_user(3), "more")])
def test_a_row_of_another_length_is_refused(wrong: tuple[object, ...]) -> None:
    with pytest.raises(ValueError, match="values for 6 columns"), transaction.atomic():
        copy_rows(User, USER, [_user(1), wrong])
    assert not User.objects.exists()


def test_the_next_id_follows_the_copied_ones() -> None:
    copy_rows(User, ["id", *USER], [(5_000_017, *_user(1))])
    settle_sequence(User)
    after = User.objects.create(handle="after", display_name="后来", created_at=AT)
    assert after.pk == 5_000_018


def test_an_empty_table_begins_at_one() -> None:
    settle_sequence(Membership)
    assert not Membership.objects.exists()
