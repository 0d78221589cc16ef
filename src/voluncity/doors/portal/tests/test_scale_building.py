"""Building the reference city: it can be killed, repeated, and refuses what makes no sense."""

from __future__ import annotations

from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from pytest_django import Settings

from voluncity.city.journal.models import Entry
from voluncity.city.people.models import User
from voluncity.doors.portal.scale import derive, indexes
from voluncity.doors.portal.scale.building import LARGE, build

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)  # a Friday, 10:00 in the city
FACTOR = 0.001


def _definitions() -> dict[str, object]:
    with connection.cursor() as cursor:
        return {
            model._meta.db_table: connection.introspection.get_constraints(
                cursor, model._meta.db_table
            )
            for model in LARGE
        }


class _Killed(BaseException):
    """Ends a build as a kill does."""


def test_a_build_that_is_killed_leaves_nothing_and_can_be_repeated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def killed(_step: derive.Step) -> int:
        raise _Killed

    before = _definitions()
    call_command("load_reference", stdout=StringIO())
    with monkeypatch.context() as patch:
        patch.setattr(derive, "run", killed)
        with pytest.raises(_Killed):
            build(factor=FACTOR, at=AT, say=lambda _: None)
    assert (User.objects.count(), Entry.objects.count()) == (0, 0)
    assert (_definitions(), indexes.is_unfinished()) == (before, False)


def test_a_build_killed_while_indexes_are_made_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    before = _definitions()
    told: list[str] = []

    def killed(table: str) -> None:
        told.append(table)
        if len(told) == 3:
            raise _Killed

    indexes.take_off([model._meta.db_table for model in LARGE])
    assert _definitions() != before
    with pytest.raises(_Killed):
        indexes.restore(killed)
    assert (_definitions() != before, indexes.is_unfinished()) == (True, True)
    out = StringIO()
    call_command("demo", "--scale", "0.001", stdout=out)
    assert "接着做" in out.getvalue()
    assert (_definitions(), indexes.is_unfinished()) == (before, False)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_tables_at_a_time_get_back_what_they_had() -> None:
    before = _definitions()
    with transaction.atomic():
        indexes.take_off([model._meta.db_table for model in LARGE])
    told: list[str] = []
    indexes.restore(told.append)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_constraint WHERE NOT convalidated")
        unproven = cursor.fetchone()
    assert (_definitions(), unproven) == (before, (0,))
    assert set(told) <= {model._meta.db_table for model in LARGE}


@pytest.mark.parametrize("factor", ["0", "-1", "1.5", "nan", "inf", "０.１", "taiyuan", "", "1e-9"])
def test_a_scale_that_is_none_is_wrong_usage(factor: str) -> None:
    with pytest.raises(CommandError) as refused:
        call_command("demo", f"--scale={factor}", stdout=StringIO())
    assert "应为 puyang，或 0.001 到 1 的数" in str(refused.value)


def test_people_are_counted_by_the_scale(settings: Settings) -> None:
    with pytest.raises(CommandError, match="--people"):
        call_command("demo", "--scale=0.001", "--people=100", stdout=StringIO())
    settings.VOLUNCITY_DEMO = False
    with pytest.raises(CommandError, match="只有演示模式"):
        call_command("demo", "--scale=0.001", stdout=StringIO())
